import { expect, test } from 'vitest';
import { noiseOf } from '../../theory/index.ts';
import { createBetaInverse, SLICES, tabulateQuantiles } from './distributions.ts';

const U = [1e-5, 0.001, 0.1, 0.25, 0.5, 0.9, 0.999, 1 - 1e-5];

test.each([
  [1, 1, (u: number) => u],
  [4, 1, (u: number) => u ** (1 / 4)],
  [0.2, 1, (u: number) => u ** 5],
  [1, 0.3, (u: number) => 1 - (1 - u) ** (1 / 0.3)],
  // the arcsine law
  [0.5, 0.5, (u: number) => Math.sin((Math.PI * u) / 2) ** 2],
])('the inverse of Beta(%d, %d) is the one in closed form', (a, b, expected) => {
  const f = createBetaInverse(a, b);
  for (const u of U) expect(Math.abs(f(u) - expected(u)), String(u)).toBeLessThan(1e-7 * expected(u) + 1e-12);
});

test.each([
  [2, 7],
  [0.3, 0.9],
  [0.5, 3],
  [50, 5],
  [1e5, 2e5],
  [0.01, 0.04],
])('the slices of Beta(%d, %d) over its mean have the moments of the theory', (a, b) => {
  const values = tabulateQuantiles(createBetaInverse(a, b), 1);
  const { s2, s4 = 0 } = noiseOf('beta', { a, b });
  const moment = (k: number) => values.reduce((sum, one) => sum + one ** k, 0) / SLICES;
  expect(moment(1)).toBeCloseTo(1, 7);
  expect(moment(2) / s2).toBeCloseTo(1, 4);
  expect(moment(4) / s4).toBeCloseTo(1, 3);
  expect(values.every((one, i) => one >= 0 && (i === 0 || one >= (values[i - 1] as number)))).toBe(true);
});
