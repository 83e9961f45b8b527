import { describe, expect, test } from 'vitest';
import type { AddNoise, Op, SubLayer } from '../network.ts';
import { type BlocksMeasured, type Simulation, simulateNetworks } from '../testing/block-network.ts';
import { act, attention, branch, drop, feedForward, gate, linear, stacked } from '../testing/blocks.ts';
import { estimate } from '../testing/random-network.ts';
import { pathAverages } from './paths.ts';
import { type BlockTrajectory, blockTrajectory } from './trajectory.ts';

const WIDTH = 256;

/** What is compared: the number of a simulated network, that of the theory, and what an error is relative to. */
type Quantity = readonly [
  name: string,
  simulated: (network: BlocksMeasured) => number | undefined,
  theory: number | undefined,
  unit: number,
];

/** Compares means over networks with the theory: within 3 standard errors and 5/n of the unit. */
function compare(networks: readonly BlocksMeasured[], quantities: readonly Quantity[], more = 0) {
  const strange = quantities.flatMap(([name, simulated, theory = Number.NaN, unit]) => {
    const { mean, error } = estimate(networks.map((network) => simulated(network) as number));
    // (a test that could not tell would not be one)
    const isSharp = error < 0.08 * unit;
    const isNear = Math.abs(mean - theory) <= 3 * error + (5 / WIDTH + more) * unit;
    return isSharp && isNear ? [] : [`${name}: theory ${theory}, simulation ${mean} ± ${error}`];
  });
  expect(strange).toEqual([]);
}

/** The pairs of the theory, in the words of the simulation. */
const NAMES = {
  masks: 'masks',
  inputs: 'inputs',
  shared: 'shared',
  apart: 'masks_across',
  tokens: 'within',
  batch: 'within',
} as const;

/** Everything that a trajectory has at the top, and the gradients that arrive at the bottom. */
function quantitiesOf({ rows }: BlockTrajectory, depth: number, gradients = true): Quantity[] {
  const [bottom, top] = [rows[0], rows[depth]];
  if (!bottom || !top) throw new Error('no rows');
  const names = Object.keys(top.correlations) as (keyof typeof NAMES)[];
  const { gradient } = bottom;
  return [
    ['variance', ({ forward }) => forward[depth]?.v, top.q, top.q],
    ...names.map(
      (name): Quantity => [
        `correlation of ${name}`,
        ({ correlations }) => correlations.at(-1)?.[NAMES[name]],
        top.correlations[name],
        1,
      ],
    ),
    ...(gradients
      ? ([
          ['gradient', ({ backward }) => backward[0]?.v, gradient, gradient],
          ...names
            .filter((name) => name !== 'batch')
            .map(
              (name): Quantity => [
                `gradients of ${name}`,
                ({ backward }) => backward[0]?.[NAMES[name]],
                bottom.pair_gradients[name],
                gradient,
              ],
            ),
        ] as Quantity[])
      : []),
  ];
}

const relu = feedForward('relu', [2, 1], [0.9, 0.9]);
const alpha = (at: 'layer' | 'rms'): Op[] => [
  linear(1),
  act('gelu'),
  drop(0.9, 'alpha'),
  { op: 'norm', kind: at, gain2: 1.5, shift2: 0.3 },
  linear(1),
];
const layerOf = (kind: 'layer' | 'rms'): Op[] => [
  linear(2),
  act('relu'),
  drop(0.9),
  { op: 'norm', kind },
  linear(1),
];
const swiglu: Op[] = [gate('silu', 1, 1), drop(0.9), linear(1), drop(0.9)];

describe('feed-forward blocks', () => {
  const cases: [name: string, layer: SubLayer][] = [
    ['pre, relu', branch(relu)],
    ['pre, gelu with biases', branch([linear(1, 0.1), act('gelu'), drop(0.8), linear(1.5, 0.05), drop(0.9)])],
    ['pre, rms, SwiGLU', branch(swiglu, { norm: { at: 'pre', kind: 'rms' } })],
    ['post, relu', branch(relu, { at: 'post' })],
    ['post, gelu', branch(feedForward('gelu', [2, 1.5], [0.8, 0.9]), { at: 'post', a2: 2, b2: 0.7 })],
    ['sandwich', branch(relu, { at: 'sandwich', after: [drop(0.9)] })],
    ['out, relu', branch(relu, { at: 'out', b2: 0.5 })],
    ['layer norm behind relu', branch(layerOf('layer'))],
    ['rms norm behind relu', branch(layerOf('rms'))],
    ['alpha dropout through a layer norm with gains and shifts', branch(alpha('layer'))],
    ['alpha dropout through an rms norm with gains and shifts', branch(alpha('rms'))],
    ['dropconnect', branch([linear(2), act('relu'), drop(0.8, 'dropconnect'), linear(1)])],
    ['no norm', { a2: 0.5, b2: 0.5, ops: relu }],
  ];
  const DEPTH = 6;
  test.each(cases)('%s', (_, layer) => {
    const network = stacked(layer, DEPTH);
    const isRowwise = layer.ops.some((op) => op.op === 'noise' && op.technique === 'dropconnect');
    const options = isRowwise ? { hidden: 256 } : { batch: 6 };
    const networks = simulateNetworks(network, { width: WIDTH, ...options }, 1, isRowwise ? 16 : 8);
    compare(networks, quantitiesOf(blockTrajectory(network), DEPTH));
  });
});

describe('batch norms', () => {
  const tabular: Op[] = [linear(1), act('relu'), drop(0.8), linear(1)];
  const norm = { op: 'norm', kind: 'batch' } as const;
  const cases: [name: string, layer: SubLayer][] = [
    ['pre', branch(tabular, { norm: { at: 'pre', kind: 'batch', eps: 1e-5 } })],
    ['post', branch(tabular, { norm: { at: 'post', kind: 'batch' } })],
    [
      'two in a branch, before activations that dropout follows',
      { a2: 1, b2: 1, ops: [norm, linear(2), norm, ...[act('relu'), drop(0.8), linear(2)]] },
    ],
  ];
  test.each(cases)('%s', (_, layer) => {
    const [depth, batch] = [4, 96];
    const network = stacked(layer, depth, {
      ...{ stem: { q0: 1, c0: 0.5, c_batch: 0.2, ops: [] } },
    });
    const options: Simulation = { width: WIDTH, hidden: WIDTH, batch, pairs: ['masks', 'inputs'] };
    const networks = simulateNetworks(network, options, 1, 4);
    const quantities = quantitiesOf(blockTrajectory(network), depth);
    compare(
      networks,
      quantities.filter(([name]) => !/shared/.test(name)),
      5 / batch,
    );
  });
});

describe('attention', () => {
  const weights = { noise: drop(0.9) };
  const block = (at: 'pre' | 'post', op: Partial<Op> = {}) => [
    branch([{ ...attention([0.8, 0.8, 1, 1], weights), ...op } as Op, drop(0.9)], { at }),
    branch(feedForward('gelu', [1, 1.5], [0.9, 0.9]), { at }),
  ];
  const cases: [name: string, block: readonly SubLayer[], pooled: number, more: number][] = [
    ['pre', block('pre'), 0, 0],
    ['pre, pooled', block('pre'), 1, 0],
    ['post', block('post'), 0, 0],
    ['post, pooled', block('post'), 1, 0],
    ['normalised queries and keys', block('pre', { qk_norm: 0.7 }), 0, 0],
    [
      'without scaling of the scores, as in T5',
      block('pre', { sigma_w2_query: 1 / 64, score_scale2: 64 }),
      0,
      0,
    ],
    // (what the flag `causal` says: 1 to 4 %, and 8 % of gradients)
    ['causal', block('pre', { causal: true }), 0, 0.06],
  ];
  const DEPTH = 3;
  test.each(cases)('%s', (_, blocks, pooled, more) => {
    const network = stacked(blocks, DEPTH, {
      ...{ tokens: 24, stem: { q0: 1, c0: 0.3, ops: [] } },
    });
    const options: Simulation = { width: WIDTH, hidden: WIDTH, top: pooled, pairs: ['masks'] };
    const networks = simulateNetworks(network, options, 1, pooled === 0 ? 6 : 12);
    const quantities = quantitiesOf(blockTrajectory(network, { pooled }), DEPTH);
    compare(
      networks,
      quantities.filter(([name]) => !(more > 0 && /gradients of/.test(name))),
      more,
    );
  });

  test.each([
    [2, 0.1],
    [4, 0.2],
  ])("six tokens that share one token's gradient, scores of variance %d, correlation %d", (beta2, c0) => {
    const network = stacked({ a2: 0, b2: 1, ops: [attention([beta2, 1, 1, 1])] }, 1, {
      ...{ tokens: 6, stem: { q0: 1, c0, ops: [] } },
    });
    const networks = simulateNetworks(network, { width: WIDTH, heads: 1, pairs: ['masks'] }, 1, 100);
    const { rows } = blockTrajectory(network);
    const g = rows[0]?.gradient as number;
    compare(networks, [
      ['gradient', ({ backward }) => backward[0]?.v, g, g],
      ['gradients of tokens', ({ backward }) => backward[0]?.within, rows[0]?.pair_gradients.tokens, g],
    ]);
  });

  test('a small BERT', () => {
    const small = (noise: AddNoise): SubLayer[] => [
      branch([attention([0.3072, 0.3072, 0.3072, 0.3072], { noise }), noise], { at: 'post' }),
      branch([linear(0.3072), act('gelu'), linear(1.2288), noise], { at: 'post' }),
    ];
    const network = stacked(small(drop(0.9)), 4, {
      ...{
        tokens: 32,
        stem: { q0: 0.0012, c0: 1 / 3, ops: [{ op: 'norm', kind: 'layer', eps: 1e-12 }, drop(0.9)] },
      },
    });
    const networks = simulateNetworks(network, { width: WIDTH, hidden: 512, pairs: ['masks'] }, 1, 6);
    compare(networks, quantitiesOf(blockTrajectory(network), 4));
  });
});

describe('stochastic depth', () => {
  const layer = branch([...relu, { op: 'path', keep: 0.8 }]);
  const network = stacked(layer, 6);
  const options: Simulation = { width: WIDTH, hidden: WIDTH, batch: 24 };
  const networks = simulateNetworks(network, options, 3, 8);

  test('averages over paths', () => {
    const rows = pathAverages(network, 20_000, 1);
    const [bottom, top] = [rows[0], rows.at(-1)];
    const g = bottom?.gradient.mean as number;
    compare(networks, [
      ['variance', ({ forward }) => forward[6]?.v, top?.q.mean, top?.q.mean as number],
      ['gradient', ({ backward }) => backward[0]?.v, g, g],
      ['gradients of masks', ({ backward }) => backward[0]?.masks, bottom?.gradient_masks.mean, g],
      ['gradients of inputs', ({ backward }) => backward[0]?.inputs, bottom?.gradient_inputs.mean, g],
    ]);
  });

  test('paths that are averaged before they are followed: exact in the variance and the gradient of homogeneous blocks', () => {
    const { rows } = blockTrajectory(network);
    const g = rows[0]?.gradient as number;
    compare(networks, [
      ['variance', ({ forward }) => forward[6]?.v, rows[6]?.q, rows[6]?.q as number],
      ['gradient', ({ backward }) => backward[0]?.v, g, g],
    ]);
    // (1 % off, as the flag `annealed` says)
    compare(
      networks,
      [['masks', ({ correlations }) => correlations[6]?.masks, rows[6]?.correlations.masks, 1]],
      0.02,
    );
  });
});
