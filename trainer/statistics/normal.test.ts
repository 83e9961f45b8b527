import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRoot } from './newton.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';

const relative = (found: number, wanted: number) => Math.abs(found / wanted - 1);

test('the tail is what tables of many digits say', () => {
  // (mpmath 1.3, 40 digits)
  for (const [x, tail] of [
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145705],
    [3, 0.0013498980316300946],
    [8, 6.220960574271784e-16],
    [-1, 0.8413447460685429],
  ] as const)
    expect(relative(normalUpperTail(x), tail)).toBeLessThan(1e-14);
  expect(normalUpperTail(0)).toBeCloseTo(0.5, 15);
  expect(normalUpperTail(Number.POSITIVE_INFINITY)).toBe(0);
  expect(normalUpperTail(Number.NEGATIVE_INFINITY)).toBe(1);
});

test('the tail is the integral of the density', () => {
  for (const x of [-2, 0.1, 1.3, 3.4, 3.6, 11]) {
    // Simpson's rule, to where nothing is left
    const [step, pieces] = [0.0004, 50_000];
    let sum = 0;
    for (let k = 0; k <= pieces; k++) {
      const weight = k === 0 || k === pieces ? 1 : k % 2 ? 4 : 2;
      sum += weight * Math.exp(-((x + k * step) ** 2) / 2);
    }
    expect(relative(normalUpperTail(x), (sum * step) / 3 / Math.sqrt(2 * Math.PI))).toBeLessThan(1e-11);
  }
});

test('the quantile is the inverse of the tail', () => {
  fc.assert(
    fc.property(fc.double({ min: -300, max: Math.log10(0.499), noNaN: true }), (exponent) => {
      const p = 10 ** exponent;
      expect(relative(normalUpperTail(-normalQuantile(p)), p)).toBeLessThan(1e-12);
    }),
    { seed: 1, numRuns: 1000 },
  );
  expect(normalQuantile(0.5 + 1e-9)).toBeCloseTo(1e-9 * Math.sqrt(2 * Math.PI), 15);
  expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655446004, 13);
  expect([0, 0.5, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
  expect(() => normalQuantile(-0.1)).toThrow('-0.1 is no probability');
});

test('a root that is not approached is an error', () => {
  expect(() => findRoot(1, () => 1)).toThrow('does not settle');
});
