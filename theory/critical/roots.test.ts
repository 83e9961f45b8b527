import { expect, test } from 'vitest';
import { logarithmic, rootsBetween } from './roots.ts';

test('all roots of a cubic, to double precision', () => {
  const roots = rootsBetween((x) => (x - 0.1) * (x - 2) * (x + 3), [-4, -1, 0, 1, 3]);
  expect(roots).toHaveLength(3);
  [-3, 0.1, 2].forEach((root, i) => {
    expect(roots[i]).toBeCloseTo(root, 14);
  });
});

test('rounding is not a sign', () => {
  expect(rootsBetween((x) => 1e-16 * Math.sin(1e9 * x) + Math.max(0, x - 5), [0, 1, 2, 3, 4, 6])).toEqual([]);
});

test('a root on the grid, and a steep one', () => {
  expect(rootsBetween((x) => x - 1, [0, 1, 2])).toEqual([1]);
  expect(rootsBetween((x) => Math.expm1(50 * (x - 0.9)), [0, 2])[0]).toBeCloseTo(0.9, 14);
});

test('equal ratios', () => {
  expect(logarithmic(1, 100, 3)[1]).toBeCloseTo(10, 13);
});
