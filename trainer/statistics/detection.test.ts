import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians } from '../random/stream.ts';
import { areaUnderRoc, falsePositiveRateAt95 } from './detection.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';

const SCORES = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 50 });

describe('the area under the ROC curve', () => {
  test('of examples by hand', () => {
    expect(areaUnderRoc([0, 0, 0], [1])).toBe(1);
    expect(areaUnderRoc([1], [0, 0])).toBe(0);
    expect(areaUnderRoc([5, 5], [5, 5])).toBe(0.5);
    expect(areaUnderRoc([1, 2, 3], [2, 4])).toBe((1.5 + 3) / 6);
    expect(areaUnderRoc([0], [Number.POSITIVE_INFINITY])).toBe(1);
  });

  test('is the share of pairs in order', () => {
    fc.assert(
      fc.property(SCORES, SCORES, (inside, outside) => {
        let pairs = 0;
        for (const a of inside) for (const b of outside) pairs += b > a ? 1 : b === a ? 0.5 : 0;
        expect(areaUnderRoc(inside, outside)).toBe(pairs / (inside.length * outside.length));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('is 1 less that of the other direction, and the same after a monotone transform', () => {
    fc.assert(
      fc.property(SCORES, SCORES, (inside, outside) => {
        const area = areaUnderRoc(inside, outside);
        expect(area + areaUnderRoc(outside, inside)).toBeCloseTo(1, 14);
        expect(areaUnderRoc(inside.map(Math.exp), outside.map(Math.exp))).toBe(area);
        expect(
          areaUnderRoc(
            inside.map((x) => -x),
            outside.map((x) => -x),
          ),
        ).toBeCloseTo(1 - area, 14);
      }),
      { seed: 1 },
    );
  });

  test('of gaussian scores that are apart by d is Φ(d/√2), within four standard errors', () => {
    const [n, apart] = [20_000, 1];
    const stream = createStream(1, 'scores');
    const inside = drawGaussians(stream, n, 1);
    const outside = drawGaussians(stream, n, 1).map((x) => x + apart);
    const area = normalUpperTail(-apart / Math.SQRT2);
    // (Hanley and McNeil 1982: at most √(2 A (1 − A) / n))
    expect(Math.abs(areaUnderRoc(inside, outside) - area)).toBeLessThan(
      4 * Math.sqrt((area * (1 - area)) / n),
    );
  });
});

describe('the false positive rate', () => {
  test('of examples by hand', () => {
    expect(falsePositiveRateAt95([1, 2, 3, 4], [3, 5])).toBe(0.5);
    expect(falsePositiveRateAt95([1, 2], [3, 4])).toBe(0);
    expect(falsePositiveRateAt95([7, 7], [7, 7])).toBe(1);
    // of 20 the lowest may be missed, of 19 not
    const twenty = Array.from({ length: 20 }, (_, i) => i);
    expect(falsePositiveRateAt95([0.5, 1.5], twenty)).toBe(0.5);
    expect(falsePositiveRateAt95([0.5, 1.5], twenty.slice(0, 19))).toBe(1);
    // 0.95 · 140 is rounded to more than 133
    expect(
      falsePositiveRateAt95(
        [6.5],
        Array.from({ length: 140 }, (_, i) => i),
      ),
    ).toBe(0);
  });

  test('is that of the largest of all thresholds that flag enough', () => {
    fc.assert(
      fc.property(SCORES, SCORES, (inside, outside) => {
        const share = (scores: readonly number[], threshold: number) =>
          scores.filter((score) => score >= threshold).length / scores.length;
        const enough = outside.filter((threshold) => share(outside, threshold) >= 0.95 - 1e-12);
        expect(falsePositiveRateAt95(inside, outside)).toBe(share(inside, Math.max(...enough)));
        expect(falsePositiveRateAt95(inside.map(Math.exp), outside.map(Math.exp))).toBe(
          falsePositiveRateAt95(inside, outside),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('of gaussian scores has its closed form, within four standard errors', () => {
    const [n, apart] = [20_000, 2];
    const stream = createStream(2, 'scores');
    const inside = drawGaussians(stream, n, 1);
    const outside = drawGaussians(stream, n, 1).map((x) => x + apart);
    const threshold = apart + normalQuantile(0.05);
    const rate = normalUpperTail(threshold);
    // the threshold's own error, √(0.05 · 0.95 / n) / φ(1.645), moves the rate by φ(threshold) times it
    const density = (x: number) => Math.exp(-(x * x) / 2);
    const moved = (density(threshold) / density(normalQuantile(0.05))) * Math.sqrt((0.05 * 0.95) / n);
    const error = Math.hypot(moved, Math.sqrt((rate * (1 - rate)) / n));
    expect(Math.abs(falsePositiveRateAt95(inside, outside) - rate)).toBeLessThan(4 * error);
  });
});

test('no scores and scores that are no numbers are refused', () => {
  expect(() => areaUnderRoc([], [1])).toThrow('there are no scores');
  expect(() => falsePositiveRateAt95([1], [])).toThrow('there are no scores');
  expect(() => areaUnderRoc([1], [Number.NaN])).toThrow('a score is no number');
});
