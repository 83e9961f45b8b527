import { expect, it } from 'vitest';
import { combineGroups, findZeroCrossing, fitSlope, jackknife } from './cells.ts';

const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;

it('puts groups together: the variance of all is that within them and that between them', () => {
  // 0, 2 and 4, 6: variances about the mean 3 of 5 = 1 + 4
  const found = combineGroups([
    { mean: 1, variance: 1 },
    { mean: 5, variance: 1 },
  ]);
  expect(found).toEqual({ mean: 3, variance: 5, rms: Math.sqrt(14) });
});

it('of a mean the jackknife is the usual standard error', () => {
  const values = [1, 4, 2, 9];
  const squares = values.reduce((sum, one) => sum + (one - 4) ** 2, 0);
  const { value, error } = jackknife(values, mean);
  expect(value).toBe(4);
  expect(error).toBeCloseTo(Math.sqrt(squares / 3 / 4), 12);
  expect(() => jackknife([1], mean)).toThrow(RangeError);
});

it('of a smooth function it is the standard error by its derivative, while the spread is small', () => {
  const values = Array.from({ length: 40 }, (_, i) => 10 + 0.1 * Math.sin(i * i));
  const of = jackknife(values, mean);
  const logarithm = jackknife(values, (some) => Math.log(mean(some)));
  expect(logarithm.error).toBeCloseTo(of.error / of.value, 6);
});

it('fits a line by least squares', () => {
  const points = [0, 1, 2, 5].map((x) => ({ x, y: 3 - 2 * x }));
  expect(fitSlope(points)).toBeCloseTo(-2, 12);
  // what is off by as much on both sides of the middle does not tilt it
  expect(fitSlope([...points, { x: 2, y: 1 }])).toBeCloseTo(-2, 12);
  expect(fitSlope([{ x: 1, y: 1 }])).toBeNaN();
});

it('finds where a curve falls through zero', () => {
  const at = (...y: number[]) => findZeroCrossing(y.map((one, x) => ({ x: 2 * x, y: one })));
  expect(at(3, 1, -1, 2)).toBe(3);
  expect(at(1, 0)).toBe(2);
  expect(at(-1, 1)).toBe(0);
  expect(at(2, 1)).toBeNull();
});
