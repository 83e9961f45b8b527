import { expect, test } from 'vitest';
import { erf } from './erf.ts';

test.each([
  [0, 0],
  [1e-10, 1.1283791670955126e-10],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.4999, 0.9995928300996666],
  [2.5001, 0.9995932657565293],
  [3, 0.9999779095030014],
  [5, 0.9999999999984626],
  [40, 1],
])('erf(%d)', (x, value) => {
  expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(4e-16 * value);
  expect(erf(-x)).toBe(-erf(x));
});
