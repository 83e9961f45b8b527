import { expect, test } from 'vitest';
import { arcsinePair } from './arcsine.ts';

test('the difference of two arcsines, where it does not cancel', () => {
  for (const [q, m, v] of [
    [1, 1, 0.5],
    [3, 0.4, 0.2],
    [0.1, 0.7, 2],
  ] as const) {
    const s = q / (q + v);
    const { angle, slope } = arcsinePair(q, m, v * v + 2 * q * v);
    expect(angle).toBeCloseTo(Math.asin(s) - Math.asin(s * (1 - m)), 14);
    expect(slope).toBeCloseTo(1 / Math.sqrt((q + v) ** 2 - (q * (1 - m)) ** 2), 14);
  }
});

test('and where it would: the angle tends to q m times the slope', () => {
  const { angle, slope } = arcsinePair(2, 1e-20, 2.25);
  expect(angle / (2e-20 * slope)).toBeCloseTo(1, 14);
});
