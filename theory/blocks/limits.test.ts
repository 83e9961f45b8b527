import { describe, expect, test } from 'vitest';
import type { Network, NormPlacement, Op } from '../network.ts';
import { act, attention, branch, drop, feedForward, gate, linear, stacked } from '../testing/blocks.ts';
import { type BlockLimits, blockLimits } from './limits.ts';
import type { Pair } from './pairs.ts';
import { type BlockRow, blockTrajectory, usualPairs } from './trajectory.ts';

const relu = feedForward('relu', [2, 1], [0.9, 0.9]);
const gelu = feedForward('gelu', [2, 1.5], [0.8, 0.9]);
const swiglu: Op[] = [gate('silu', 1.5, 1.5), drop(0.9), linear(1.5), drop(0.9)];
const transformer = (at: NormPlacement, name: 'relu' | 'gelu') => [
  branch([attention([0.5, 0.5, 0.6, 0.9], { noise: drop(0.9) }), drop(0.9)], { at }),
  branch(feedForward(name, [1, 1.3], [0.9, 0.9]), { at }),
];
const tokens: Partial<Network> = { tokens: 1e6, stem: { q0: 1, c0: 0.1, ops: [] } };
const tabular: Op[] = [linear(2), act('relu'), drop(0.8), linear(1), drop(0.9)];

/** A trajectory of so many blocks. */
const rowsOf = (network: Network, depth: number) => blockTrajectory({ ...network, depth }).rows as BlockRow[];
const at = (rows: readonly BlockRow[], block: number) => rows[block] as BlockRow;
const off = (found: number | null | undefined, wanted: number) =>
  Math.abs((found ?? Number.NaN) / wanted - 1);

describe('a margin that falls by a factor in each block', () => {
  const cases: [name: string, network: Network, block: number, tolerance: number][] = [
    ['post, relu', stacked(branch(relu, { at: 'post' })), 40, 1e-4],
    ['post, relu, small branches', stacked(branch(relu, { at: 'post', b2: 0.25 })), 119, 1e-5],
    ['post, gelu', stacked(branch(gelu, { at: 'post' })), 60, 1e-4],
    ['post, gelu, another skip', stacked(branch(gelu, { at: 'post', a2: 2 })), 60, 1e-4],
    ['post, SwiGLU', stacked(branch(swiglu, { at: 'post' })), 30, 1e-4],
    ['pre, skips below 1', stacked(branch(relu, { a2: 0.7 })), 60, 1e-4],
    ['pre, skips below 1, gelu', stacked(branch(gelu, { a2: 0.5, b2: 0.3 })), 40, 1e-4],
    [
      'sandwich, skips below 1',
      stacked(branch(gelu, { at: 'sandwich', a2: 0.5, after: [drop(0.8)] })),
      40,
      1e-4,
    ],
    ['batch, post', stacked(branch(tabular, { norm: { at: 'post', kind: 'batch' } })), 40, 1e-3],
    ['a transformer, post, relu', stacked(transformer('post', 'relu'), undefined, tokens), 40, 1e-2],
    ['a transformer, post, gelu', stacked(transformer('post', 'gelu'), undefined, tokens), 60, 1e-2],
  ];
  test.each(cases)('%s', (_, network, block, tolerance) => {
    const { kind, c_star, xi_2 } = blockLimits(network);
    expect(kind).toBe('scale');
    const rows = rowsOf(network, block + 1);
    const [before, after] = [at(rows, block), at(rows, block + 1)];
    expect(off(-1 / Math.log(after.margin / before.margin), xi_2 as number)).toBeLessThan(tolerance);
    const c = after.correlations.inputs ?? after.correlations.apart;
    const batch = after.correlations.batch ?? 0;
    expect(((c as number) - batch) / (1 - batch)).toBeCloseTo(c_star as number, 3);
  });
});

describe('a margin that falls as a power of the stream', () => {
  const cases: [name: string, network: Network][] = [
    ['pre, relu', stacked(branch(relu))],
    ['pre, relu, rms', stacked(branch(relu, { norm: { at: 'pre', kind: 'rms' } }))],
    ['pre, gelu', stacked(branch(gelu))],
    ['pre, small branches', stacked(branch(gelu, { b2: 0.1 }))],
    ['pre, SwiGLU', stacked(branch(swiglu))],
    ['pre, ε', stacked(branch(relu, { norm: { at: 'pre', kind: 'layer', eps: 1e-3 } }))],
    ['sandwich', stacked(branch(gelu, { at: 'sandwich', after: [drop(0.8)] }))],
    ['out, relu', stacked(branch(relu, { at: 'out', after: [drop(0.7)] }))],
    ['batch, pre', stacked(branch(tabular, { norm: { at: 'pre', kind: 'batch' } }))],
    ['two branches', stacked([branch(relu), branch(gelu, { b2: 0.5 })])],
    ['a transformer, pre', stacked(transformer('pre', 'gelu'), undefined, tokens)],
  ];
  test.each(cases)('%s', (_, network) => {
    const limits = blockLimits(network);
    expect(limits.kind).toBe('power');
    const [kappa, growth, c_star] = [limits.kappa, limits.growth, limits.c_star] as [number, number, number];
    // a large stream, in which all pairs are next to the limit
    const q0 = 2000 * growth;
    const near = 1e-3;
    const pairs: Pair[] = usualPairs(network)
      .filter(({ name }) => name !== 'shared')
      .map((pair) => ({
        ...pair,
        c0: pair.name === 'batch' ? 0 : c_star + (pair.name === 'masks' ? near : 0),
      }));
    const depth = 2000;
    const { rows } = blockTrajectory({ ...network, depth, stem: { q0, c0: c_star, ops: [] } }, { pairs });
    const [start, next, end] = [at(rows, 0), at(rows, 1), at(rows, depth)];
    // (what inputs of a batch have in common a norm behind it takes off)
    const share = ({ correlations }: BlockRow) => 1 - (correlations.batch ?? 0);
    const own = (row: BlockRow) => row.q * share(row);
    const margin = (row: BlockRow) => row.margin / share(row);
    const clock = Math.log(own(end) / own(start));
    expect(clock).toBeGreaterThan(0.6);
    expect(off(-Math.log(margin(end) / margin(start)) / clock, kappa)).toBeLessThan(2e-3);
    expect(off(own(next) - own(start), growth)).toBeLessThan(1e-3);
    const c = (end.correlations.inputs ?? end.correlations.apart) as number;
    expect((c - 1 + share(end)) / share(end)).toBeCloseTo(c_star, 3);
    if (limits.gradient_exponent === null) return;
    expect(off(Math.log(start.gradient / end.gradient) / clock, limits.gradient_exponent)).toBeLessThan(2e-3);
  });
});

test('batch norm, relu: kappa is 1 − 1 / (2 (1/(keep keep) − 1/π)), and nothing is left that inputs agree on', () => {
  const kappa = (keeps: readonly [number, number]) =>
    blockLimits(stacked(branch(feedForward('relu', [2, 1], keeps), { norm: { at: 'pre', kind: 'batch' } })));
  expect(kappa([1, 1]).kappa).toBeCloseTo(1 - 1 / (2 * (1 - 1 / Math.PI)), 12);
  expect(kappa([0.8, 0.9])).toMatchObject({
    kappa: expect.closeTo(1 - 1 / (2 * (1 / 0.72 - 1 / Math.PI)), 12),
    c_star: expect.closeTo(0, 12),
  });
});

test.each([
  'relu',
  'gelu',
  'tanh',
  'sigmoid',
] as const)('c_star of %s, put back into its equation', (name) => {
  const ops = feedForward(name, [1.7, 1.2], [0.8, 0.9]);
  const { c_star, kappa, growth } = blockLimits(stacked(branch(ops))) as BlockLimits & { c_star: number };
  // one block from there, with nothing carried: its outcome is the limit's own
  const { rows } = blockTrajectory(
    stacked(branch(ops, { a2: 0 }), 1, { stem: { q0: 3, c0: c_star, ops: [] } }),
  );
  expect(rows[1]?.q).toBeCloseTo(growth as number, 12);
  expect(rows[1]?.correlations.inputs).toBeCloseTo(c_star, 12);
  // (the norm before it divides by 3)
  expect((3 * (rows[0]?.pair_gradients.inputs as number)) / (growth as number)).toBeCloseTo(
    1 - (kappa as number),
    12,
  );
});

test('skips above 1: the margin stops where the branch no longer counts', () => {
  const network = stacked(branch(relu, { a2: 1.5 }));
  expect(blockLimits(network)).toMatchObject({ kind: 'frozen', xi_2: null, kappa: null });
  const rows = rowsOf(network, 200);
  expect(off(at(rows, 200).margin, at(rows, 100).margin)).toBeLessThan(1e-12);
  expect(off(at(rows, 0).gradient / at(rows, 50).gradient, 1.5 ** 50 * 2.8)).toBeLessThan(0.5);
});

test('without noise equal inputs stay equal: relu in front of rank collapse', () => {
  const { c_star } = blockLimits(stacked(branch(feedForward('relu', [2, 1], [1, 1]))));
  expect(c_star).toBe(1);
  expect(
    blockLimits(
      stacked(
        transformer('post', 'gelu').map((layer) => ({
          ...layer,
          ops: layer.ops
            .filter(({ op }) => op !== 'noise')
            .map((op) => (op.op === 'attention' ? { ...op, noise: undefined } : op)),
        })),
        undefined,
        tokens,
      ),
    ).c_star,
  ).toBe(1);
});

test('attention without a skip leaves nothing of unrelated tokens, and takes all others to one another', () => {
  const layers = [attention([1, 1, 1, 1]), linear(1)].map((op) =>
    branch(op.op === 'linear' ? [op, act('hard_tanh'), op] : [op], { at: 'sandwich', a2: 0 }),
  );
  expect(blockLimits(stacked(layers, undefined, tokens))).toMatchObject({ kind: 'scale', c_star: 1 });
});

test('a block that leaves nothing of a margin has a depth scale of 0', () => {
  // (numbers with which the slope is below 0 by rounding)
  const ops: Op[] = [gate('erf', 0.20378436894595667, 2.5610851767935214), linear(0.9057229977567064)];
  expect(
    blockLimits(
      stacked(
        branch(ops, { norm: { at: 'sandwich', kind: 'layer', eps: 1e-5 }, a2: 0, b2: 4.4502047320155365 }),
      ),
    ),
  ).toMatchObject({ c_star: 0, xi_2: 0 });
});

test.each<[string, Network, string]>([
  [
    'blocks that differ',
    stacked(branch(relu), 4, { blocks: (l) => [branch(relu, { b2: 1 / l })] }),
    'differ',
  ],
  ['no norms, gelu', stacked({ a2: 1, b2: 1, ops: gelu }), 'depth-scales'],
  ['out, gelu', stacked(branch(gelu, { at: 'out' })), 'without a norm'],
  ['different skips', stacked([branch(relu, { a2: 2 }), branch(relu, { a2: 0.5 })]), 'different places'],
])('%s: no limit, and a sentence why', (_, network, words) => {
  const { kind, reason } = blockLimits(network);
  expect(kind).toBeNull();
  expect(reason).toContain(words);
});

test('relu without norms and biases has a depth scale, that of its trajectory, whatever the stream does', () => {
  for (const [a2, depth] of [
    [0, 16],
    [1, 60],
  ] as const) {
    const network = stacked({ a2, b2: 1, ops: relu }, depth);
    const { kind, xi_2, c_star } = blockLimits(network);
    const rows = rowsOf(network, depth);
    expect(kind).toBe('scale');
    expect(-1 / Math.log(at(rows, depth).margin / at(rows, depth - 1).margin)).toBeCloseTo(xi_2 as number, 3);
    expect(at(rows, depth).correlations.inputs).toBeCloseTo(c_star as number, 4);
  }
});
