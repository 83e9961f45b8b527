import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians, drawUniform, shuffle } from '../random/stream.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';
import { assignBins, labelInformation, pairInformation } from './pair-information.ts';

const [SEEDS, SAMPLES, BINS] = [20, 20_000, 16];

/** Mean and standard error of an estimate over seeds. */
function repeat(estimate: (seed: number) => number) {
  const values = Array.from({ length: SEEDS }, (_, seed) => estimate(seed + 1));
  const mean = values.reduce((a, b) => a + b, 0) / SEEDS;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (SEEDS - 1) / SEEDS) };
}

/** Pairs of gaussian numbers of a correlation. */
function drawPairs(seed: number, correlation: number) {
  const x = drawGaussians(createStream(seed, 'x'), SAMPLES, 1);
  const own = drawGaussians(createStream(seed, 'y'), SAMPLES, 1);
  return {
    x,
    y: x.map((one, i) => correlation * one + Math.sqrt(1 - correlation ** 2) * (own[i] as number)),
  };
}

const options = (seed: number) => ({ bins: BINS, shuffles: 5, stream: createStream(seed, 'shuffles') });

/** The information of two gaussian variables that are cut into bins of equal probability: Simpson's rule over each bin of x. */
function binnedInformation(correlation: number): number {
  const edges = Array.from({ length: BINS + 1 }, (_, k) =>
    Math.min(9, Math.max(-9, normalQuantile(k / BINS))),
  );
  const spread = Math.sqrt(1 - correlation ** 2);
  const cell = (i: number, j: number) => {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    const pieces = 400;
    let sum = 0;
    for (let k = 0; k <= pieces; k++) {
      const x = from + ((to - from) * k) / pieces;
      const above = (edge: number) => normalUpperTail((edge - correlation * x) / spread);
      const inside = above(edges[j] as number) - above(edges[j + 1] as number);
      sum += (k === 0 || k === pieces ? 1 : k % 2 ? 4 : 2) * Math.exp(-(x * x) / 2) * inside;
    }
    return (sum * (to - from)) / pieces / 3 / Math.sqrt(2 * Math.PI);
  };
  let information = 0;
  for (let i = 0; i < BINS; i++)
    for (let j = 0; j < BINS; j++) {
      const p = cell(i, j);
      if (p > 0) information += p * Math.log(p * BINS * BINS);
    }
  return information;
}

describe('the information of gaussian pairs', () => {
  test.each([
    0.3, 0.6, -0.8,
  ])('of correlation %s is its closed form, less what the bins lose', (correlation) => {
    const whole = -Math.log(1 - correlation ** 2) / 2;
    const binned = binnedInformation(correlation);
    // (bins lose, and little)
    expect(binned).toBeLessThan(whole);
    expect(binned).toBeGreaterThan(0.9 * whole);
    const { mean, error } = repeat((seed) => {
      const { x, y } = drawPairs(seed, correlation);
      return pairInformation(x, y, options(seed)).corrected;
    });
    expect(Math.abs(mean - binned)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.01 * whole + 0.001);
  });

  test('is 0 where they are independent; the plug-in estimate alone is above it by its known bias', () => {
    const plugIn: number[] = [];
    const { mean, error } = repeat((seed) => {
      const { x, y } = drawPairs(seed, 0);
      const found = pairInformation(x, y, options(seed));
      plugIn.push(found.plugIn);
      return found.corrected;
    });
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    // 2 n times the estimate is χ² with (bins − 1)² degrees of freedom, but for terms that are smaller by bins²/n = 0.013 or less
    const freedom = (BINS - 1) ** 2;
    const bias = plugIn.reduce((a, b) => a + b, 0) / SEEDS;
    const spread = Math.sqrt(2 * freedom) / (2 * SAMPLES) / Math.sqrt(SEEDS);
    expect(Math.abs(bias - freedom / (2 * SAMPLES))).toBeLessThan(4 * spread + 0.01 * bias);
  });

  test('of relu units of dropout is that of a plain computation', () => {
    const stream = createStream(9, 'units');
    const x = drawGaussians(stream, 4000, 1).map((one) =>
      drawUniform(stream) < 0.8 ? Math.max(0, one) : -0,
    );
    const y = x.map((one) => one + (drawUniform(stream) < 0.5 ? 0 : 1));
    const { plugIn } = pairInformation(x, y, options(9));
    expect(plugIn).toBeCloseTo(plainInformation([...assignBins(x, BINS)], [...assignBins(y, BINS)]), 12);
  });
});

/** H(a) + H(b) − H(a, b), of counts by name. */
function plainInformation(a: readonly number[], b: readonly number[]): number {
  const entropy = (names: readonly (string | number)[]) => {
    const counts = new Map<string | number, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum - (n / names.length) * Math.log(n / names.length), 0);
  };
  return entropy(a) + entropy(b) - entropy(a.map((one, i) => `${one} ${b[i]}`));
}

describe('the estimate', () => {
  test('of a copy of a variable with few values is its entropy', () => {
    const values = [0, 0, 0, 0, 1, 1, 2, 7];
    const entropy = Math.log(2) / 2 + Math.log(4) / 4 + (2 * Math.log(8)) / 8;
    const found = pairInformation(
      values,
      values.map((one) => -3 * one),
      { ...options(1), bins: 4 },
    );
    expect(found.plugIn).toBeCloseTo(entropy, 14);
    expect(found.corrected).toBe(found.plugIn - found.shuffled);
  });

  test('of a constant is 0', () => {
    expect(pairInformation([1, 1, 1], [1, 2, 3], options(1))).toEqual({
      corrected: 0,
      plugIn: 0,
      shuffled: 0,
      shuffledDeviation: 0,
    });
  });

  test('is symmetric, does not change with monotone transforms, and comes from its stream alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.integer({ min: 1, max: 9 }),
        (pairs, bins) => {
          const [x, y] = [pairs.map(([one]) => one), pairs.map(([, one]) => one)];
          const found = pairInformation(x, y, { ...options(1), bins });
          expect(pairInformation(x, y, { ...options(1), bins })).toEqual(found);
          expect(pairInformation(x.map(Math.exp), y, { ...options(1), bins })).toEqual(found);
          expect(pairInformation(y, x, { ...options(1), bins }).plugIn).toBeCloseTo(found.plugIn, 12);
          expect(found.plugIn).toBeGreaterThan(-1e-12);
        },
      ),
      { seed: 1 },
    );
  });

  test('is refused of what are no pairs, of no bins and of no shuffles', () => {
    expect(() => pairInformation([1], [], options(1))).toThrow('1 values and 0 are no pairs');
    expect(() => pairInformation([], [], options(1))).toThrow('there are no values');
    expect(() => pairInformation([Number.NaN], [1], options(1))).toThrow('a value is no number');
    expect(() => pairInformation([1], [1], { ...options(1), bins: 0 })).toThrow('0 bins');
    expect(() => pairInformation([1], [1], { ...options(1), shuffles: 0 })).toThrow('0 shuffles');
  });
});

describe('the bins', () => {
  test('of distinct values hold equal numbers, within one', () => {
    const counts = new Uint32Array(7);
    for (const bin of assignBins(drawGaussians(createStream(1, 'bins'), 1000, 1), 7))
      counts[bin] = (counts[bin] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 1000 / 7)).toBeLessThan(1);
  });

  test('give an atom a bin of its own and share what is left among the others', () => {
    const values = [...Array.from({ length: 60 }, () => 0), ...Array.from({ length: 40 }, (_, i) => i + 1)];
    const bins = assignBins(values, 5);
    expect(new Set(bins.subarray(0, 60))).toEqual(new Set([0]));
    expect([...bins.subarray(60)]).toEqual(Array.from({ length: 40 }, (_, i) => 1 + Math.floor(i / 10)));
    // an atom that comes after a few values is not mixed with them
    expect([...assignBins([-1, -2, ...values], 5)].slice(0, 3)).toEqual([0, 0, 1]);
  });

  test('never split equal values, keep the order, and are as many as asked for or fewer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 15 }),
        (values, bins) => {
          const found = assignBins(values, bins);
          values.forEach((a, i) => {
            values.forEach((b, j) => {
              if (a === b) expect(found[i]).toBe(found[j]);
              if (a < b) expect(found[i] as number).toBeLessThanOrEqual(found[j] as number);
            });
          });
          const distinct = new Set(values).size;
          const used = new Set(found).size;
          expect(Math.max(...found)).toBe(used - 1);
          expect(used).toBeLessThanOrEqual(bins);
          if (distinct <= bins) expect(used).toBe(distinct);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('the information of labels', () => {
  test('is that of values whose bins they are', () => {
    const { x, y } = drawPairs(1, 0.5);
    const stream = createStream(1, 'shuffles');
    const orders = Array.from({ length: 5 }, () => shuffle(stream, SAMPLES));
    expect(labelInformation(assignBins(x, BINS), assignBins(y, BINS), { labels: BINS, orders })).toEqual(
      pairInformation(x, y, options(1)),
    );
  });

  test('does not ask for labels that do not occur', () => {
    const a = Uint8Array.from({ length: 100 }, (_, i) => i % 3);
    const b = a.map((one) => (one === 2 ? 0 : one));
    const orders = [shuffle(createStream(1), 100)];
    const few = labelInformation(a, b, { labels: 3, orders });
    expect(labelInformation(a, b, { labels: 9, orders }).plugIn).toBeCloseTo(few.plugIn, 12);
    expect(few.shuffledDeviation).toBeNaN();
  });

  test.each<[number[], number[], number, number[][], string]>([
    [[0, 1], [0], 2, [[0, 1]], '2 labels and 1 are no pairs'],
    [[], [], 2, [[]], 'there are no labels'],
    [[0, 1], [0, 1], 2, [], 'there is no order'],
    [[0, 2], [0, 1], 2, [[0, 1]], 'no label below 2'],
    [[0, 1], [0, 1.5], 2, [[0, 1]], 'no label below 2'],
  ])('refuses %j and %j of %s with orders %j', (a, b, labels, orders, message) => {
    expect(() => labelInformation(a, b, { labels, orders })).toThrow(message);
  });
});
