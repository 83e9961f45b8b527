import { describe, expect, test } from 'vitest';
import { type Network, type Op, readNoise, type SubLayer } from '../network.ts';
import { act, attention, branch, drop, feedForward, linear, stacked } from '../testing/blocks.ts';
import { checkBlocks, repeatedBlock } from './check.ts';

const relu = feedForward('relu', [2, 1], [0.9, 0.9]);
const attend = attention([1, 1, 1, 1]);
const plain = (ops: Op[]): SubLayer => ({ a2: 0, b2: 1, ops });
const noise = { noise: drop(0.9, 'alpha') };
const tokens = { tokens: 8 };
const from = (stem: Partial<Network['stem']>) => ({ stem: { q0: 1, ops: [], ...stem } });
const path: Op = { op: 'path', keep: 0.9 };

test.each<[string, Network, string]>([
  ['an activation after noise', stacked(plain([linear(1), drop(0.9), act('relu')])), 'not Gaussian'],
  ['an activation after an activation', stacked(plain([act('relu'), act('tanh')])), 'not Gaussian'],
  [
    'an activation after a norm of one',
    stacked(plain([act('relu'), { op: 'norm', kind: 'layer' }, act('tanh')])),
    'not Gaussian',
  ],
  [
    'an activation of what noise was added to',
    stacked([branch(relu), plain([act('relu'), linear(1)])]),
    'not Gaussian',
  ],
  [
    'an activation after the sum, in the next block',
    stacked([plain([act('relu')]), branch([linear(1), drop(0.9)])]),
    'not Gaussian',
  ],
  [
    'an activation of a noisy stem',
    stacked(plain([act('relu'), linear(1)]), 3, from({ ops: [drop(0.9)] })),
    'not Gaussian',
  ],
  ['a branch without weights beside a skip', stacked(branch([act('relu')])), 'random weights of its own'],
  ['nothing at all', stacked({ a2: 0, b2: 0, ops: relu }), 'passes nothing on'],
  ['operations behind no norm', stacked(branch(relu, { after: [drop(0.9)] })), 'norm at sandwich or out'],
  ['a path in the middle', stacked(branch([path, ...relu])), 'last operation'],
  ['a path without a norm', stacked({ a2: 1, b2: 1, ops: [...relu, path] }), 'other variances'],
  ['a path of keep 0', stacked(branch([...relu, { op: 'path', keep: 0 }])), 'keep of a path'],
  ['tabu', stacked(branch([linear(1), act('relu'), drop(0.9, 'tabu'), linear(1)])), 'last masks'],
  ['ic', stacked(branch([linear(1), act('relu'), drop(0.9, 'ic'), linear(1)])), 'batch norm and dropout'],
  [
    'dropconnect in front of no weights',
    stacked(branch([linear(1), drop(0.9, 'dropconnect')])),
    'before a linear',
  ],
  [
    'alpha dropout of attention weights',
    stacked(branch([{ ...attend, ...noise }]), 1, tokens),
    'alpha, tabu',
  ],
  [
    'attention weights of mean 0',
    stacked(
      branch([{ ...attend, noise: readNoise({ technique: 'uniform', noise_low: -1, noise_high: 1 }) }]),
      1,
      tokens,
    ),
    'mean 0',
  ],
  ['attention without tokens', stacked(branch([attend])), 'how many tokens'],
  ['half a token', stacked(branch([attend]), 1, { tokens: 1.5 }), 'whole number'],
  [
    'a batch norm beside attention',
    stacked([branch([attend]), branch(relu, { norm: { at: 'pre', kind: 'batch' } })], 1, tokens),
    'beside attention',
  ],
  [
    'a batch norm at the end, beside attention',
    stacked(branch([attend]), 1, { ...tokens, final_norm: { op: 'norm', kind: 'batch' } }),
    'beside attention',
  ],
  [
    'tokens that repel each other',
    stacked(branch([attend]), 1, { ...tokens, ...from({ c0: -0.15 }) }),
    'cannot all have',
  ],
  [
    'inputs that the batch leaves no room for',
    stacked(branch(relu, { norm: { at: 'pre', kind: 'batch' } }), 1, from({ c0: -0.5, c_batch: 0.3 })),
    'in common',
  ],
  [
    'inputs that the mean leaves no room for',
    stacked(branch(relu), 1, from({ c0: -0.5, mean: 0.6 })),
    'in common',
  ],
  [
    'a batch of equal inputs',
    stacked(branch(relu, { norm: { at: 'pre', kind: 'batch' } }), 1, from({ c_batch: 1 })),
    'below 1',
  ],
  ['a mean above the mean square', stacked(branch(relu), 1, from({ mean: 1.1 })), 'at most the mean square'],
  ['no variance', stacked(branch(relu), 1, from({ q0: 0 })), 'q0'],
  ['a correlation above 1', stacked(branch(relu), 1, from({ c0: 1.1 })), 'c0'],
  ['negative weights', stacked(branch([linear(-1)])), 'sigma_w2'],
  ['a negative ε', stacked(branch(relu, { norm: { at: 'pre', kind: 'layer', eps: -1 } })), 'eps'],
  ['a negative skip', stacked(branch(relu, { a2: -1 })), 'a2'],
  [
    'blocks of an unknown depth',
    stacked(branch(relu), undefined, { blocks: () => [branch(relu)] }),
    'depend on the depth',
  ],
])('%s: refused', (_, network, words) => {
  expect(() => checkBlocks(network)).toThrow(words);
});

test.each<[string, Network, readonly string[]]>([
  ['post', stacked(branch(relu, { at: 'post' })), []],
  ['pre', stacked(branch(relu)), ['gradual']],
  ['pre with a skip below 1', stacked(branch(relu, { a2: 0.5 })), []],
  ['sandwich', stacked(branch(relu, { at: 'sandwich' })), ['gradual']],
  ['LayerScale of 10⁻³', stacked(branch(relu, { at: 'post', b2: 1e-6 })), ['frozen']],
  ['a causal mask', stacked(branch([{ ...attend, causal: true }], { at: 'post' }), 1, tokens), ['causal']],
  ['a path', stacked(branch([...relu, path], { at: 'post' })), ['annealed']],
  [
    'a batch norm behind noise',
    stacked(branch(relu, { norm: { at: 'post', kind: 'batch' } })),
    ['batch_norm_after_noise'],
  ],
  [
    'a batch norm behind weights',
    stacked(branch([linear(1), act('relu'), drop(0.9), linear(1)], { norm: { at: 'post', kind: 'batch' } })),
    [],
  ],
  [
    'dropconnect before weights',
    stacked(branch([linear(1), act('relu'), drop(0.9, 'dropconnect'), linear(1)], { at: 'post' })),
    [],
  ],
])('%s: what must be said of it', (_, network, flags) => {
  expect(checkBlocks(network)).toEqual(flags);
});

describe('the block that is repeated', () => {
  const [one, other] = [[branch(relu)], [branch(relu, { b2: 0.5 })]];
  test.each<[string, Network['blocks'], number | undefined, unknown]>([
    ['a list', one, undefined, one],
    ['all the same', () => one, 3, one],
    ['another first one', (layer) => (layer === 1 ? other : one), 3, one],
    ['another last one', (layer) => (layer === 3 ? other : one), 3, undefined],
  ])('%s', (_, blocks, depth, wanted) => {
    expect(repeatedBlock(stacked(one, depth, { blocks }))).toBe(wanted);
  });
});
