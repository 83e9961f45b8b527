import { expect, test } from 'vitest';
import { betaSource } from './beta.ts';
import { stream } from './stream.ts';

const N = 100_000;

test.each([
  [1, 1],
  [0.5, 0.5],
  [0.3, 0.9],
  [4, 1],
  [2, 7],
  [0.5, 3],
  [0.001, 0.004],
])('Beta(%d, %d) has its first two moments, within four standard errors', (a, b) => {
  const next = betaSource(stream(2, 'beta', a, b), a, b);
  const values = Float64Array.from({ length: N }, next);
  // E[xⁿ] = Π (a + i) / (a + b + i)
  const moment = (n: number) =>
    Array.from({ length: n }, (_, i) => (a + i) / (a + b + i)).reduce((product, one) => product * one, 1);
  for (const k of [1, 2]) {
    const found = values.reduce((sum, value) => sum + value ** k, 0) / N;
    const error = Math.sqrt((moment(2 * k) - moment(k) ** 2) / N);
    expect(Math.abs(found - moment(k)), `moment ${k}`).toBeLessThan(4 * error);
  }
  expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
});
