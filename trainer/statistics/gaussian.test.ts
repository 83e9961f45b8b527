import { expect, test } from 'vitest';
import { logDensity, scorePasses } from './gaussian.ts';

test('a density integrates to 1, and has the mean and the variance that it is said to have', () => {
  const step = 0.001;
  const x = Array.from({ length: 40_000 }, (_, i) => -20 + step * i);
  const moment = (f: (at: number) => number) =>
    x.reduce((sum, at) => sum + step * f(at) * Math.exp(logDensity(at, 1.5, 0.49)), 0);
  expect(moment(() => 1)).toBeCloseTo(1, 10);
  expect(moment((at) => at)).toBeCloseTo(1.5, 10);
  expect(moment((at) => (at - 1.5) ** 2)).toBeCloseTo(0.49, 10);
});

test('one pass, by hand: variance 4, errors 0 and 2', () => {
  const { nll, rmse } = scorePasses([[1, 3]], [1, 5], 4);
  expect(nll).toBeCloseTo(Math.log(2 * Math.PI) / 2 + Math.log(2) + (0 + 4 / 4) / 2 / 2, 12);
  expect(rmse).toBeCloseTo(Math.sqrt(2), 12);
});

test('densities are averaged, and means; the logarithm comes last', () => {
  const { nll, rmse } = scorePasses([[0], [3]], [1], 1);
  const density = (away: number) => Math.exp(-(away ** 2) / 2) / Math.sqrt(2 * Math.PI);
  expect(nll).toBeCloseTo(-Math.log((density(1) + density(2)) / 2), 12);
  expect(rmse).toBeCloseTo(0.5, 12);
  // a mixture is never worse than the mean of its passes' scores
  const each = [[0], [3]].map((pass) => scorePasses([pass], [1], 1).nll);
  expect(nll).toBeLessThan(((each[0] as number) + (each[1] as number)) / 2);
});

test('densities that are too small for float64 have a logarithm all the same', () => {
  const { nll } = scorePasses([[0], [1]], [1000], 1);
  expect(nll).toBeCloseTo(Math.log(2 * Math.PI) / 2 + 999 ** 2 / 2 + Math.log(2), 6);
});

test('passes that do not fit are refused', () => {
  expect(() => scorePasses([], [1], 1)).toThrow('no pass');
  expect(() => scorePasses([[1, 2]], [1], 1)).toThrow('as many means');
});
