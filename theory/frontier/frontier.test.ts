import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { frontierLikelihood, MANY_NETWORKS, measuredFrontier, type Trials } from './frontier.ts';

const column = (counts: Record<number, readonly [succeeded: number, trained: number]>): Trials[] =>
  Object.entries(counts).map(([depth, [succeeded, trained]]) => ({
    depth: Number(depth),
    succeeded,
    trained,
  }));

describe('measuredFrontier', () => {
  it('takes the middle of a gap, and an interval that reaches beyond it', () => {
    const { depth, low, high, censored } = measuredFrontier(column({ 10: [3, 3], 40: [0, 3] }));
    expect(depth).toBeCloseTo(20, 1);
    expect(low).toBeLessThan(10.5);
    expect(high).toBeGreaterThan(38);
    expect(censored).toBeNull();
  });

  it('does not depend on the order, and scales with the depth', () => {
    const one = measuredFrontier(column({ 10: [4, 4], 20: [3, 4], 40: [1, 4], 80: [0, 4] }));
    const reversed = measuredFrontier(column({ 10: [4, 4], 20: [3, 4], 40: [1, 4], 80: [0, 4] }).reverse());
    const deeper = measuredFrontier(column({ 20: [4, 4], 40: [3, 4], 80: [1, 4], 160: [0, 4] }));
    expect(reversed).toEqual(one);
    expect(deeper.depth).toBeCloseTo(2 * (one.depth as number), 4);
    // symmetric in ln L and in success and failure
    expect(one.depth).toBeCloseTo(Math.sqrt(20 * 40), 1);
  });

  it('is censored where the column never crosses', () => {
    const all = measuredFrontier(column({ 10: [3, 3], 20: [3, 3] }));
    expect(all).toMatchObject({ depth: null, high: null, censored: 'deeper' });
    expect(all.low).toBeGreaterThan(10);
    const none = measuredFrontier(column({ 10: [0, 3], 20: [0, 3] }));
    expect(none).toMatchObject({ depth: null, low: null, censored: 'shallower' });
  });

  it('narrows with more networks', () => {
    const width = (n: number) => {
      const { low, high } = measuredFrontier(
        column({ 10: [n, n], 20: [(3 * n) / 4, n], 40: [n / 4, n], 80: [0, n] }),
      );
      return Math.log((high as number) / (low as number));
    };
    expect(width(40)).toBeLessThan(0.5 * width(8));
  });

  it('has intervals that hold the true depth in about 95 of 100 columns, with one network a depth and with six', () => {
    const random = xoroshiro128plus(1);
    const uniform = () => ((random.next() >>> 0) + 0.5) / 2 ** 32;
    const columns = 200;
    const shares = [1, 3, 6].map((trained) => {
      let held = 0;
      for (let i = 0; i < columns; i++) {
        const width = 0.05 * 4 ** uniform();
        const trials = [8, 10, 13, 16, 20, 25, 32, 40, 50, 63].map((depth) => {
          const succeeds = () => uniform() < 1 / (1 + (depth / 25) ** (1 / width));
          return {
            depth,
            trained,
            succeeded: Array.from({ length: trained }, succeeds).filter(Boolean).length,
          };
        });
        const { low, high } = measuredFrontier(trials);
        if ((low ?? 0) <= 25 && (high ?? Number.POSITIVE_INFINITY) >= 25) held++;
      }
      return held / columns;
    });
    // three standard errors of a share of 0.95 among 200 are 0.046
    for (const share of shares) expect(share).toBeGreaterThan(0.904);
    expect(shares.reduce((a, b) => a + b) / 3).toBeLessThan(0.99);
  });

  it('refuses counts that cannot be', () => {
    expect(() => measuredFrontier([])).toThrow('at least one depth');
    expect(() => measuredFrontier([{ depth: 10, trained: 1, succeeded: 2 }])).toThrow(RangeError);
  });
});

it('the likelihood of L50 peaks where the frontier is, and is the half-line of a column that never crosses', () => {
  const trials = [
    { depth: 20, trained: 9, succeeded: 9 },
    { depth: 30, trained: 9, succeeded: 5 },
    { depth: 40, trained: 9, succeeded: 0 },
  ];
  const { places, logs } = frontierLikelihood(trials);
  const { depth } = measuredFrontier(trials);
  const best = places[logs.indexOf(Math.max(...logs))] as number;
  expect(Math.abs(best - Math.log(depth as number))).toBeLessThan(
    2 * ((places[1] as number) - (places[0] as number)),
  );
  // an interval is where the likelihood has not fallen by more than so much
  for (const drop of [MANY_NETWORKS, 4]) {
    const { low, high } = measuredFrontier(trials, drop);
    const within = places.filter((_, i) => (logs[i] as number) > -drop);
    expect(Math.exp(within[0] as number) / (low as number)).toBeCloseTo(1, 1);
    expect(Math.exp(within.at(-1) as number) / (high as number)).toBeCloseTo(1, 1);
  }

  const open = frontierLikelihood([{ depth: 20, trained: 3, succeeded: 3 }]);
  expect(open.logs.at(-1)).toBeCloseTo(0, 3);
  expect(open.logs[0]).toBeLessThan(-5);
  expect(() => frontierLikelihood([])).toThrow(RangeError);
  expect(() => frontierLikelihood(trials, 1)).toThrow(RangeError);
});
