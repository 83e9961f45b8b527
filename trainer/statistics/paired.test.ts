import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians } from '../random/stream.ts';
import { describeSample, pairedTTest, requiredPairs } from './paired.ts';

const SAMPLE = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 })
  .filter((values) => new Set(values).size > 1);

describe('the paired t test', () => {
  test("is that of Student's own example, the sleep of ten patients", () => {
    // (Student 1908, section IX; t and p as R's t.test(extra ~ group, paired = TRUE) prints them)
    const test = pairedTTest([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]);
    expect(test.pairs).toBe(10);
    expect(test.degrees).toBe(9);
    expect(test.mean).toBeCloseTo(1.58, 14);
    expect(test.t).toBeCloseTo(4.0621, 4);
    expect(test.pTwoSided).toBeCloseTo(0.002833, 6);
    expect(test.pUpper).toBeCloseTo(test.pTwoSided / 2, 15);
    expect(test.interval(0.95).lower).toBeCloseTo(0.7001142, 6);
    expect(test.interval(0.95).upper).toBeCloseTo(2.4598858, 6);
  });

  test('of two differences has the closed form of one degree of freedom', () => {
    const test = pairedTTest([1, 3]);
    expect(test).toMatchObject({
      mean: 2,
      standardDeviation: Math.SQRT2,
      standardError: 1,
      t: 2,
      degrees: 1,
    });
    expect(test.pUpper).toBeCloseTo(Math.atan(1 / 2) / Math.PI, 15);
    expect(test.interval(0.5).upper).toBeCloseTo(3, 13);
  });

  test('excludes a hypothesis at a level exactly where its p-value is below 1 − level', () => {
    fc.assert(
      fc.property(SAMPLE, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (sample, level) => {
        const { interval, pTwoSided } = pairedTTest(sample);
        const { lower, upper } = interval(level);
        if (Math.abs(pTwoSided - (1 - level)) > 1e-9)
          expect(lower > 0 || upper < 0).toBe(pTwoSided < 1 - level);
      }),
      { seed: 1 },
    );
  });

  test('moves with a constant, and a hypothesis is a constant taken off', () => {
    fc.assert(
      fc.property(SAMPLE, fc.integer({ min: -1000, max: 1000 }), (sample, shift) => {
        const [before, after] = [
          pairedTTest(sample),
          pairedTTest(
            sample.map((one) => one + shift),
            shift,
          ),
        ];
        expect(after.t).toBeCloseTo(before.t, 9);
        expect(after.pUpper).toBeCloseTo(before.pUpper, 9);
        expect(after.interval(0.9).lower).toBeCloseTo(before.interval(0.9).lower + shift, 7);
        expect(pairedTTest(sample.map((one) => -one)).pUpper).toBeCloseTo(1 - before.pUpper, 12);
      }),
      { seed: 1 },
    );
  });

  test('rejects a true hypothesis as often as its level says, within four standard errors', () => {
    const [runs, pairs, level] = [4000, 5, 0.1];
    const values = drawGaussians(createStream(1, 't test'), runs * pairs, 1);
    const rejected = Array.from({ length: runs }, (_, i) =>
      pairedTTest(values.subarray(i * pairs, (i + 1) * pairs)),
    ).filter(({ pTwoSided }) => pTwoSided < level).length;
    expect(Math.abs(rejected / runs - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / runs));
  });

  test('of equal differences is certain', () => {
    const zero = pairedTTest([0, 0, 0]);
    expect(zero).toMatchObject({ mean: 0, standardDeviation: 0, t: 0, pTwoSided: 1, pUpper: 1 });
    expect(zero.interval(0.95)).toEqual({ lower: 0, upper: 0 });
    // (0.1 has a mean that is rounded)
    const above = pairedTTest([0.1, 0.1, 0.1]);
    expect(above).toMatchObject({ t: Number.POSITIVE_INFINITY, pTwoSided: 0, pUpper: 0 });
    expect(above.interval(0.95)).toEqual({ lower: 0.1, upper: 0.1 });
    expect(pairedTTest([-2, -2])).toMatchObject({ t: Number.NEGATIVE_INFINITY, pTwoSided: 0, pUpper: 1 });
    expect(pairedTTest([3, 3], 3)).toMatchObject({ t: 0, pTwoSided: 1, pUpper: 1 });
  });

  test('refuses fewer than two differences, values that are not finite, and levels beyond 0 and 1', () => {
    expect(() => pairedTTest([])).toThrow('needs two values or more, not 0');
    expect(() => pairedTTest([1])).toThrow('needs two values or more, not 1');
    expect(() => pairedTTest([1, Number.NaN])).toThrow('holds NaN');
    for (const level of [0, 1, 95, Number.NaN])
      expect(() => pairedTTest([1, 2]).interval(level)).toThrow('lies between 0 and 1');
  });
});

test('a mean keeps its digits beside a large constant', () => {
  const { mean, deviation } = describeSample([1e9 + 1, 1e9 + 2, 1e9 + 4]);
  expect(mean).toBeCloseTo(1e9 + 7 / 3, 6);
  expect(deviation).toBeCloseTo(Math.sqrt(7 / 3), 9);
});

describe('the number of pairs', () => {
  const width = (n: number, deviation: number, level: number) => {
    const pattern = Array.from({ length: n }, (_, i) => (i < n / 2 ? -1 : 1));
    const scale = deviation / describeSample(pattern).deviation;
    const test = pairedTTest(pattern.map((one) => one * scale));
    return test.interval(level).upper - test.mean;
  };

  test('is the smallest for which the interval of a sample with that deviation is narrow enough', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        (standardDeviation, level) => {
          const halfWidth = 0.7;
          const n = requiredPairs({ standardDeviation, halfWidth, level });
          expect(width(n, standardDeviation, level)).toBeLessThanOrEqual(halfWidth * (1 + 1e-12));
          if (n > 2) expect(width(n - 1, standardDeviation, level)).toBeGreaterThan(halfWidth * (1 - 1e-12));
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test('approaches that of the normal distribution, and is never below the fewest', () => {
    const wanted = (1.959963984540054 / 0.01) ** 2;
    const found = requiredPairs({ standardDeviation: 1, halfWidth: 0.01, level: 0.95 });
    expect(found - wanted).toBeGreaterThan(0);
    expect(found - wanted).toBeLessThan(4);
    expect(requiredPairs({ standardDeviation: 1, halfWidth: 10, level: 0.5 })).toBe(2);
    expect(requiredPairs({ standardDeviation: 0, halfWidth: 1, level: 0.5, min: 7 })).toBe(7);
  });

  test('is refused where it cannot be', () => {
    const options = { standardDeviation: 1, halfWidth: 1, level: 0.95 };
    expect(() => requiredPairs({ ...options, halfWidth: 0 })).toThrow('half-width must be positive');
    expect(() => requiredPairs({ ...options, halfWidth: 1e-12 })).toThrow('no number of pairs is enough');
    expect(() => requiredPairs({ ...options, standardDeviation: -1 })).toThrow('standard deviation of -1');
    expect(() => requiredPairs({ ...options, level: 95 })).toThrow('lies between 0 and 1');
  });
});
