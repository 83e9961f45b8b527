import { describe, expect, test } from 'vitest';
import type { Network } from '../network.ts';
import { act, attention, branch, drop, feedForward, gate, linear, stacked } from '../testing/blocks.ts';
import { random } from '../testing/random.ts';
import { blockDepth, MARGIN_THRESHOLDS } from './depth.ts';
import { blockTrajectory } from './trajectory.ts';

const relu = feedForward('relu', [2, 1], [0.9, 0.9]);
const half = feedForward('relu', [2, 1], [0.3, 0.3]);
const networks: [name: string, network: Network][] = [
  ['post', stacked(branch(relu, { at: 'post' }))],
  ['pre, strong dropout', stacked(branch(half))],
  [
    'a transformer',
    stacked(
      [
        branch([attention([0.5, 0.5, 0.6, 0.9], { noise: drop(0.9) }), drop(0.9)], { at: 'post' }),
        branch(feedForward('gelu', [1, 1.3], [0.9, 0.9]), { at: 'post' }),
      ],
      undefined,
      { tokens: 256, stem: { q0: 1, c0: 0.2, ops: [drop(0.9)] } },
    ),
  ],
  ['batch', stacked(branch(half, { norm: { at: 'post', kind: 'batch' } }))],
  ['a final norm', stacked(branch(half), undefined, { final_norm: { op: 'norm', kind: 'layer' } })],
];
const margins = (network: Network, depth: number) =>
  blockTrajectory({ ...network, depth }).rows.map(({ margin }) => margin);

describe.each(networks)('%s', (_, network) => {
  const found = blockDepth(network);

  test('the margin, log-linear between blocks, is the threshold at the depth that was found', () => {
    for (const [name, threshold] of Object.entries(MARGIN_THRESHOLDS)) {
      const depth = found[name as 'depth'] as number;
      const block = Math.floor(depth);
      const [before, after] = margins(network, block + 1).slice(block) as [number, number];
      const share = depth - block;
      expect((1 - share) * Math.log(before) + share * Math.log(after)).toBeCloseTo(threshold, 10);
    }
    expect(found.limited_by).toBe('correlation');
    expect(found.depth_low).toBeLessThan(found.depth as number);
    expect(found.depth).toBeLessThan(found.depth_high as number);
  });

  test('margin, variance and clock are those of the trajectory, within the depths that were found and beyond', () => {
    for (const depth of [0, 3, Math.ceil(found.depth_high as number) + 5]) {
      const { rows, clock } = blockTrajectory({ ...network, depth });
      const of = blockDepth({ ...network, depth });
      expect(of.margin).toBe(rows[depth]?.margin);
      expect(of.q).toBe(rows[depth]?.q);
      expect(of.clock).toBe(clock);
      expect(of.depth).toBe(found.depth);
    }
  });
});

test('a margin that starts below a threshold has a depth of 0', () => {
  const network = (c0: number) => stacked(branch(relu), 2, { stem: { q0: 1, c0, ops: [] } });
  expect(blockDepth(network(1))).toMatchObject({
    ...{ depth_low: 0, depth: 0, depth_high: 0, limited_by: 'correlation', margin: 0 },
  });
  // (between the first two thresholds, where dropout of the very first branch ends the rest)
  expect(blockDepth(network(1 - Math.exp(-6.1)))).toMatchObject({ depth_low: 0, limited_by: 'correlation' });
  expect(blockDepth(network(1 - Math.exp(-6.1))).depth).toBeGreaterThan(0);
});

test('a margin that stays has no depth, and says how far it was followed', () => {
  expect(blockDepth(stacked(branch(relu)))).toMatchObject({
    ...{ depth: null, limited_by: null, blocks_searched: 2000, margin: null, q: null, clock: null },
  });
  expect(blockDepth(stacked(branch(relu)), { most: 10 }).blocks_searched).toBe(10);
  expect(blockDepth(stacked(branch(relu), 30), { most: 10 }).blocks_searched).toBe(30);
});

test('a margin that ends at 0 or below is passed linearly', () => {
  // (weights of 0: only biases are left, which all inputs have in common)
  const network = stacked({ a2: 0, b2: 1, ops: [linear(1), act('tanh'), linear(0, 1)] });
  const { depth_low, depth, limited_by } = blockDepth(network);
  expect(limited_by).toBe('correlation');
  expect(depth_low).toBeCloseTo(1 - Math.exp(-6) / 0.72, 12);
  expect(depth).toBeCloseTo(1 - Math.exp(-6.3) / 0.72, 12);
});

test('a stream that leaves float32 ends there', () => {
  const network = stacked(branch(relu, { a2: 1e4 }), 20);
  expect(blockDepth(network)).toMatchObject({
    ...{ depth_low: 10, depth: 10, depth_high: 10, limited_by: 'float_range', margin: null, q: null },
  });
});

test('blocks that depend on their place are followed to the depth of the network', () => {
  const blocks: Network['blocks'] = (layer) => [branch(relu, { at: 'post', b2: 1 / layer })];
  const { blocks_searched, margin } = blockDepth(stacked(branch(relu), 7, { blocks }));
  expect(blocks_searched).toBe(7);
  expect(margin).toBe(blockTrajectory(stacked(branch(relu), 7, { blocks })).rows[7]?.margin);
  // (the first block may differ)
  const [first, second] = [[branch(relu, { b2: 0 })], [branch(relu, { at: 'post' })]];
  const later = stacked(branch(relu), 7, { blocks: (layer) => (layer === 1 ? first : second) });
  const plain = blockDepth(stacked(branch(relu, { at: 'post' }))).depth as number;
  expect(blockDepth(later).depth).toBeCloseTo(plain + 1, 10);
});

test('scores that vary by more than is known leave a depth unknown, and name no variance for it', () => {
  const sizes = [200, 200, 200, 200] as const;
  const found = blockDepth(
    stacked([branch([attention([...sizes])], { at: 'post' }), branch(relu, { at: 'post' })], 12, {
      tokens: 512,
    }),
  );
  expect(found).toMatchObject({ depth: null, limited_by: null, unknown_from: 1, margin: null });
});

test('a search that ends early finds what a walk through all blocks finds', () => {
  const next = random(11);
  let [early, found] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const keep = () => 0.15 + 0.85 * next();
    const size = () => Math.exp(3 * next() - 1.5);
    const name = (['relu', 'tanh', 'gelu', 'erf', 'abs'] as const)[i % 5] as 'relu';
    const ffn = branch(
      i % 7 === 0
        ? [gate('silu', size(), size()), drop(keep()), linear(size()), drop(keep())]
        : feedForward(name, [size(), size()], [keep(), keep()]),
      { at: i % 3 === 0 ? 'sandwich' : 'pre', b2: size() },
    );
    const tokens = i % 4 === 0 ? 64 : undefined;
    const weights = [0.5, 0.5, size(), size()] as const;
    const network = stacked(
      tokens ? [branch([attention([...weights], { noise: drop(keep()) }), drop(keep())]), ffn] : ffn,
      undefined,
      { ...(tokens && { tokens }), stem: { q0: size(), c0: 0.5 * next(), ops: [] } },
    );
    const { depth_low, blocks_searched } = blockDepth(network, { most: 400 });
    const margins = blockTrajectory({ ...network, depth: 400 }).rows.map(({ margin }) => margin);
    const first = margins.findIndex((margin) => margin < Math.exp(-6));
    expect(blocks_searched).toBe(400);
    if (first < 0) {
      early++;
      expect(depth_low).toBeNull();
    } else {
      found++;
      expect(Math.ceil(depth_low as number)).toBe(first);
    }
  }
  expect(Math.min(early, found)).toBeGreaterThan(10);
});
