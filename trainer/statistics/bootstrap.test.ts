import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians, drawUniform } from '../random/stream.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';
import { pairedTTest } from './paired.ts';

const options = (label: string, level = 0.95, resamples = 4000) => ({
  level,
  resamples,
  stream: createStream(1, 'bootstrap', label),
});
const SKEWED = [0.1, 0.2, 0.2, 0.4, 0.5, 0.7, 1.1, 1.8, 3.1, 7.4];

test('of a large gaussian sample both intervals are that of the t test', () => {
  const sample = drawGaussians(createStream(2, 'sample'), 1000, 4);
  const { mean, standardError, interval } = pairedTTest(sample);
  const { percentile, bca, ...found } = bootstrapInterval(sample, options('normal', 0.9, 10_000));
  const normal = interval(0.9);
  // the standard error of a quantile at 5 % of 10 000 means is √(0.05 · 0.95 / 10 000) / φ(1.645) = 0.021 standard errors of the mean;
  // BCa moves its level by another quantile's error
  for (const { lower, upper } of [percentile, bca]) {
    expect(Math.abs(lower - normal.lower) / standardError).toBeLessThan(0.15);
    expect(Math.abs(upper - normal.upper) / standardError).toBeLessThan(0.15);
  }
  expect(found.mean).toBeCloseTo(mean, 12);
  // z₀: its standard error is √(π/2 / 10 000) = 0.0125, a: √(6/1000) / 6 / √1000 = 0.0004
  expect(Math.abs(found.bias)).toBeLessThan(0.05);
  expect(Math.abs(found.acceleration)).toBeLessThan(0.0016);
});

test('of two values the intervals come from the exact distribution of the resampled means', () => {
  // means 0, 1/2, 1 with probabilities 1/4, 1/2, 1/4: the quantiles of 90 % lie at the ends, those of 40 % in the middle
  expect(bootstrapInterval([0, 1], options('two', 0.9)).percentile).toEqual({ lower: 0, upper: 1 });
  expect(bootstrapInterval([0, 1], options('two', 0.4)).percentile).toEqual({ lower: 0.5, upper: 0.5 });
});

test('BCa is that of a plain computation from the same draws', () => {
  const { bca, percentile, bias, acceleration } = bootstrapInterval(SKEWED, options('plain', 0.9, 999));
  const stream = options('plain').stream;
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const means = Array.from({ length: 999 }, () =>
    average(SKEWED.map(() => SKEWED[Math.floor(drawUniform(stream) * 10)] as number)),
  ).sort((a, b) => a - b);
  const mean = average(SKEWED);
  const z0 = normalQuantile(
    means.filter((one) => one < mean - 1e-9).length / 999 +
      means.filter((one) => Math.abs(one - mean) < 1e-9).length / 2 / 999,
  );
  // the jackknife, with each value left out in turn
  const without = SKEWED.map((_, i) => average(SKEWED.filter((_, j) => j !== i)));
  const moment = (k: number) => without.reduce((sum, one) => sum + (average(without) - one) ** k, 0);
  const a = moment(3) / (6 * moment(2) ** 1.5);
  expect(bias).toBeCloseTo(z0, 12);
  expect(acceleration).toBeCloseTo(a, 12);
  const z = normalQuantile(0.95);
  const ends = [-z, z].map((side) => {
    const place = 1000 * (1 - normalUpperTail(z0 + (z0 + side) / (1 - a * (z0 + side)))) - 1;
    const [low, high] = [means[Math.floor(place)] as number, means[Math.floor(place) + 1] as number];
    return low + (high - low) * (place % 1);
  });
  expect([bca.lower, bca.upper]).toEqual(ends.map((end) => expect.closeTo(end, 9)));
  expect(percentile.lower).toBeCloseTo(means[49] as number, 9);
  expect(percentile.upper).toBeCloseTo(means[949] as number, 9);
  // a sample with a long right tail: the corrected interval reaches farther to the right
  expect(bca.upper).toBeGreaterThan(percentile.upper);
  expect(bca.lower).toBeGreaterThan(percentile.lower);
});

test('BCa covers the mean of a skewed distribution more often than the percentile interval, and nearly as often as it says', () => {
  const [runs, n] = [1500, 30];
  const stream = createStream(5, 'exponential');
  const covered = { percentile: 0, bca: 0 };
  for (let run = 0; run < runs; run++) {
    const sample = Array.from({ length: n }, () => -Math.log(1 - drawUniform(stream)));
    const found = bootstrapInterval(sample, { level: 0.9, resamples: 400, stream });
    for (const name of ['percentile', 'bca'] as const)
      covered[name] += Number(found[name].lower <= 1 && 1 <= found[name].upper);
  }
  expect(covered.bca).toBeGreaterThan(covered.percentile);
  expect(covered.bca / runs).toBeGreaterThan(0.9 - 0.02 - 4 * Math.sqrt(0.09 / runs));
  expect(covered.bca / runs).toBeLessThan(0.9 + 4 * Math.sqrt(0.09 / runs));
});

describe('the intervals', () => {
  test('are the same of the same stream, and others of another', () => {
    const first = bootstrapInterval(SKEWED, options('same'));
    expect(bootstrapInterval(SKEWED, options('same'))).toEqual(first);
    expect(bootstrapInterval(SKEWED, options('other'))).not.toEqual(first);
  });

  test('move with a constant and scale with a factor', () => {
    const first = bootstrapInterval(SKEWED, options('same'));
    const moved = bootstrapInterval(
      SKEWED.map((one) => 2 * one + 3),
      options('same'),
    );
    expect(moved.bca.lower).toBeCloseTo(2 * first.bca.lower + 3, 10);
    expect(moved.percentile.upper).toBeCloseTo(2 * first.percentile.upper + 3, 10);
  });

  test('of equal values are that value', () => {
    const { percentile, bca, acceleration } = bootstrapInterval([0.1, 0.1, 0.1], options('equal'));
    expect(percentile).toEqual({ lower: 0.1, upper: 0.1 });
    expect(bca).toEqual({ lower: 0.1, upper: 0.1 });
    expect(acceleration).toBe(0);
  });

  test('are refused of one value, of too few resamples, and of what is no level', () => {
    expect(() => bootstrapInterval([1], options('wrong'))).toThrow('two values or more');
    expect(() => bootstrapInterval([1, 2], options('wrong', 0.99, 100))).toThrow('100 resamples are too few');
    expect(() => bootstrapInterval([1, 2], options('wrong', 2))).toThrow('lies between 0 and 1');
  });
});
