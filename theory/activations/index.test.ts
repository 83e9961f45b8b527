import { describe, expect, test } from 'vitest';
import { momentsOf, pairOf } from '../testing/averages.ts';
import { ACTIVATIONS } from './index.ts';

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE);

describe.each(Object.values(ACTIVATIONS))('$name', (activation) => {
  const { phi, derivative } = activation;

  test.each([1e-8, 0.003, 0.2499, 0.2501, 1, 3.999, 4.001, 20, 1e4, 1e6])('moments at q = %d', (q) => {
    const found = activation.moments(q);
    const wanted = momentsOf(phi, derivative, q);
    for (const name of ['ratio', 'slope2', 'radial'] as const)
      expect(relative(found[name], wanted[name]), name).toBeLessThan(2e-13);
    expect(Math.abs(found.mean2 - wanted.mean2)).toBeLessThan(1e-15);
    // For small q the plain difference x − φ(x) of the check itself has lost digits.
    if (!activation.homogeneous)
      expect(relative(found.shortfall, wanted.shortfall)).toBeLessThan(Math.max(1e-13, 1e-15 / q));
  });

  test.each([
    [1e-6, 0.3],
    [0.1, 1e-3],
    [1, 1],
    [1, 0.01],
    [7, 0.4],
    [300, 0.9],
    [2e4, 1e-4],
    [1e6, 0.5],
    [1e6, 1e-6],
  ])('pair at q = %d, m = %d', (q, m) => {
    const found = activation.pair(q)(m);
    const wanted = pairOf(phi, derivative, q, m);
    expect(relative(found.gap, wanted.gap)).toBeLessThan(1e-12);
    expect(relative(found.slope, wanted.slope)).toBeLessThan(1e-12);
  });

  test('the pair joins the moments at both ends', () => {
    for (const q of [1e-30, 1e-3, 1, 1e3, 1e6]) {
      const { ratio, mean2, slope2 } = activation.moments(q);
      const pair = activation.pair(q);
      expect(relative(pair(1).gap, ratio - mean2)).toBeLessThan(4e-15);
      expect(relative(pair(1e-30).slope, slope2)).toBeLessThan(4e-15);
      expect(relative(pair(1e-30).gap / 1e-30, slope2)).toBeLessThan(4e-15);
    }
  });

  test('the derivative, the slope at zero and the parity are those of the function', () => {
    for (const x of [-3, -0.7, 0.2, 1.1, 4]) {
      expect(derivative(x)).toBeCloseTo((phi(x + 1e-5) - phi(x - 1e-5)) / 2e-5, 8);
      if (activation.parity === 'odd') expect(phi(-x)).toBe(-phi(x));
      if (activation.homogeneous) expect(phi(3 * x)).toBeCloseTo(3 * phi(x), 12);
    }
    expect(activation.slope_at_zero2).toBe(activation.moments(1e-30).ratio);
    expect(activation.moments(1e-6).shortfall / activation.slope_at_zero2).toBeCloseTo(
      activation.bend * 1e-6,
      10,
    );
  });
});
