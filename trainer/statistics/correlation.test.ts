import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians } from '../random/stream.ts';
import { fitLine, pearson, rankValues, spearman } from './correlation.ts';
import { pairedTTest } from './paired.ts';
import { studentTUpperTail } from './student-t.ts';

const POINTS = fc.array(
  fc.record({ x: fc.integer({ min: -20, max: 20 }), y: fc.integer({ min: -20, max: 20 }) }),
  { minLength: 3, maxLength: 30 },
);
const split = (points: readonly { x: number; y: number }[]) => ({
  x: points.map(({ x }) => x),
  y: points.map(({ y }) => y),
});
const isVaried = (values: readonly number[]) => new Set(values).size > 1;

describe('correlation', () => {
  test('of examples by hand', () => {
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 15);
    expect(pearson([1, 2, 3], [1, 3, 2])).toBeCloseTo(0.5, 15);
    expect(spearman([1, 2, 3, 4], [1, 4, 9, 16])).toBeCloseTo(1, 15);
    expect(spearman([1, 10, 100, 1000], [1, 2, 4, 3])).toBeCloseTo(1 - (6 * 2) / (4 * 15), 15);
    expect([...rankValues([3, 1, 3, 3, 7])]).toEqual([3, 1, 3, 3, 5]);
    expect(rankValues([])).toHaveLength(0);
  });

  test("is that of Anscombe's first quartet", () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(pearson(x, y)).toBeCloseTo(0.81642, 5);
    // (Anscombe 1973: y = 3 + 0.5 x, standard error of the slope 0.118)
    const line = fitLine(x, y);
    expect(line.slope).toBeCloseTo(0.50009, 5);
    expect(line.intercept).toBeCloseTo(3.00009, 5);
    expect(line.slopeError).toBeCloseTo(0.1179, 4);
    expect(line.interceptError).toBeCloseTo(1.1247, 4);
    expect(line.residualDeviation).toBeCloseTo(1.2366, 4);
  });

  test('is that of plain sums over pairs, and of ranks that are counted', () => {
    // cov = Σᵢⱼ (xᵢ − xⱼ)(yᵢ − yⱼ) / 2n²: no means
    const plain = (a: readonly number[], b: readonly number[]) => {
      const sum = (u: readonly number[], v: readonly number[]) =>
        u.reduce(
          (total, _, i) =>
            total +
            u.reduce((part, __, j) => part + ((u[i] ?? 0) - (u[j] ?? 0)) * ((v[i] ?? 0) - (v[j] ?? 0)), 0),
          0,
        );
      return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b));
    };
    const rank = (values: readonly number[]) =>
      values.map(
        (value) =>
          values.filter((other) => other < value).length +
          (values.filter((other) => other === value).length + 1) / 2,
      );
    fc.assert(
      fc.property(POINTS.map(split), ({ x, y }) => {
        fc.pre(isVaried(x) && isVaried(y));
        expect(pearson(x, y)).toBeCloseTo(plain(x, y), 12);
        expect([...rankValues(x)]).toEqual(rank(x));
        expect(spearman(x, y)).toBeCloseTo(plain(rank(x), rank(y)), 12);
        expect(spearman(x.map(Math.exp), y)).toBe(spearman(x, y));
        expect(
          pearson(
            x.map((one) => 5 - 2 * one),
            y,
          ),
        ).toBeCloseTo(-pearson(x, y), 12);
      }),
      { seed: 1 },
    );
  });

  test('of a constant is not a number, also where its mean is rounded', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(spearman([1, 2], [7, 7])).toBeNaN();
  });

  test('is refused of what are no pairs', () => {
    expect(() => pearson([1, 2], [1])).toThrow('2 values and 1 are no pairs');
    expect(() => spearman([1], [1])).toThrow('needs two pairs or more, not 1');
    expect(() => spearman([1, Number.NaN], [1, 2])).toThrow('holds NaN');
  });
});

describe('the line', () => {
  test('solves the normal equations, and no other line has a smaller sum of squares', () => {
    fc.assert(
      fc.property(POINTS.map(split), ({ x, y }) => {
        fc.pre(isVaried(x));
        const { slope, intercept, residualDeviation } = fitLine(x, y);
        const squares = (a: number, b: number) =>
          x.reduce((sum, one, i) => sum + ((y[i] as number) - a - b * one) ** 2, 0);
        const least = squares(intercept, slope);
        expect(residualDeviation).toBeCloseTo(Math.sqrt(least / (x.length - 2)), 9);
        for (const [da, db] of [
          [0.01, 0],
          [-0.01, 0],
          [0, 0.01],
          [0, -0.01],
        ] as const)
          expect(squares(intercept + da, slope + db)).toBeGreaterThan(least);
      }),
      { seed: 1 },
    );
  });

  test('has a slope whose t is that of the correlation, and intervals that hold the mean of y where x is 0', () => {
    const { x, y } = { x: [-2, -1, 0, 1, 2], y: [1, 3, 2, 5, 4] };
    const line = fitLine(x, y);
    const r = pearson(x, y);
    expect(line.slope / line.slopeError).toBeCloseTo(r * Math.sqrt(3 / (1 - r * r)), 12);
    const p = studentTUpperTail(line.slope / line.slopeError, 3);
    expect(line.slopeInterval(1 - 2 * p).lower).toBeCloseTo(0, 12);
    // x has mean 0: the intercept is the mean of y
    expect(line.intercept).toBeCloseTo(pairedTTest(y).mean, 14);
    expect(line.interceptError).toBeCloseTo(line.residualDeviation / Math.sqrt(5), 14);
    const { lower, upper } = line.interceptInterval(0.95);
    expect((lower + upper) / 2).toBeCloseTo(3, 14);
  });

  test('covers the true slope as often as it says, within four standard errors', () => {
    const [runs, n, level] = [2000, 6, 0.9];
    const noise = drawGaussians(createStream(3, 'line'), runs * n, 1);
    const x = [0, 1, 2, 3, 5, 8];
    let [slopes, intercepts] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const line = fitLine(
        x,
        x.map((one, i) => 1 - 2 * one + (noise[run * n + i] as number)),
      );
      const [slope, intercept] = [line.slopeInterval(level), line.interceptInterval(level)];
      slopes += Number(slope.lower <= -2 && -2 <= slope.upper);
      intercepts += Number(intercept.lower <= 1 && 1 <= intercept.upper);
    }
    const tolerance = 4 * Math.sqrt((level * (1 - level)) / runs);
    expect(Math.abs(slopes / runs - level)).toBeLessThan(tolerance);
    expect(Math.abs(intercepts / runs - level)).toBeLessThan(tolerance);
  });

  test('is refused of two points, of equal x, and at what is no level', () => {
    expect(() => fitLine([1, 2], [1, 2])).toThrow('three points or more, not 2');
    expect(() => fitLine([0.1, 0.1, 0.1], [1, 2, 3])).toThrow('all x are equal');
    expect(() => fitLine([1, 2, 3], [1, 2, 4]).slopeInterval(95)).toThrow('lies between 0 and 1');
  });
});
