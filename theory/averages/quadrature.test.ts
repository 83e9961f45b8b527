import { expect, test } from 'vitest';
import { normalWeights, trapezoidStep } from './quadrature.ts';

const mean = (f: (z: number) => number, step: number) =>
  normalWeights(step).reduce((sum, weight, k) => sum + weight * f(k * step), 0);

test('moments of a standard normal', () => {
  const step = trapezoidStep(1, Number.POSITIVE_INFINITY);
  expect(mean(() => 1, step)).toBeCloseTo(1, 15);
  expect(mean((z) => z ** 2, step)).toBeCloseTo(1, 14);
  expect(mean((z) => z ** 4, step)).toBeCloseTo(3, 13);
  expect(mean((z) => z ** 6, step)).toBeCloseTo(15, 11);
});

test('the step follows the poles: halving it changes nothing, doubling it does', () => {
  for (const strip of [0.3, 1, 4]) {
    // E[1 / (z² + strip²)] has its poles at ±i strip
    const f = (z: number) => 1 / (z * z + strip * strip);
    const step = trapezoidStep(1, strip);
    const value = mean(f, step);
    expect(Math.abs(mean(f, step / 2) / value - 1)).toBeLessThan(1e-15);
    expect(Math.abs(mean(f, 2.5 * step) / value - 1)).toBeGreaterThan(1e-12);
  }
});

test('the step scales with the standard deviation', () => {
  expect(trapezoidStep(3, 3)).toBeCloseTo(3 * trapezoidStep(1, 1), 14);
});
