import { expect, test } from 'vitest';
import { ACTIVATIONS } from './activations/index.ts';
import { correlationLimit } from './correlation.ts';

const { linear, relu, tanh, erf } = ACTIVATIONS;
const one = { q: 1, centred: false };

test('without loss c = 1 is the fixed point up to and including slope 1', () => {
  expect(correlationLimit(relu, relu.moments(1), { ...one, weight: 2, loss: 0 })).toEqual({
    c_star: 1,
    chi_c: 1,
  });
  expect(correlationLimit(linear, linear.moments(1), { ...one, weight: 0.3, loss: 0 })).toEqual({
    c_star: 1,
    chi_c: 0.3,
  });
});

test('linear: m = loss / (1 − weight)', () => {
  const { c_star, chi_c } = correlationLimit(linear, linear.moments(1), { ...one, weight: 0.8, loss: 0.1 });
  expect(c_star).toBeCloseTo(0.5, 14);
  expect(chi_c).toBe(0.8);
});

test('the root solves the map, over many sizes of loss', () => {
  for (const activation of [relu, tanh, erf])
    for (const loss of [1e-300, 1e-14, 1e-9, 1e-4, 0.1, 0.5, 0.9]) {
      const moments = activation.moments(1);
      const weight = (1 - loss) / moments.ratio; // the map without bias: F(0) is E[φ]²
      const { c_star, chi_c } = correlationLimit(activation, moments, { ...one, weight, loss });
      const { gap, slope } = activation.pair(1)(1 - c_star || 1e-300);
      expect(Math.abs(loss + weight * gap - (1 - c_star))).toBeLessThan(1e-15);
      if (c_star < 0.99) expect(chi_c).toBeCloseTo(weight * slope, 12);
      expect(chi_c).toBeLessThanOrEqual(1);
    }
});

test('near a kink the distance from 1 follows the two-thirds law, near a smooth one the square-root law', () => {
  const loss = 1e-15;
  // relu at slope 1: loss = κ m^{3/2}, κ = 2√2/(3π)
  const { c_star, chi_c } = correlationLimit(relu, relu.moments(1), { ...one, weight: 2, loss: 1e-12 });
  const kappa = (2 * Math.SQRT2) / (3 * Math.PI);
  expect((1 - c_star) / (1e-12 / kappa) ** (2 / 3)).toBeCloseTo(1, 3);
  expect((1 - chi_c) / (1.5 * kappa ** (2 / 3) * 1e-4)).toBeCloseTo(1, 3);
  // erf at slope 1: loss = g m² / 2, g = weight · 16 q² / (π (1 + 4q)^{3/2})
  const weight = 1 / erf.moments(1).slope2;
  const g = (weight * 16) / Math.PI / 5 ** 1.5;
  const smooth = correlationLimit(erf, erf.moments(1), { ...one, weight, loss });
  expect((1 - smooth.chi_c) / Math.sqrt(2 * g * loss)).toBeCloseTo(1, 5);
});

test('odd φ without bias: uncorrelated exactly', () => {
  expect(correlationLimit(tanh, tanh.moments(1), { weight: 2, loss: 0.1, q: 1, centred: true }).c_star).toBe(
    0,
  );
  expect(correlationLimit(tanh, tanh.moments(1), { weight: 2.5, loss: 0, q: 1, centred: true }).c_star).toBe(
    0,
  );
});
