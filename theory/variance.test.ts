import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from './activations/index.ts';
import { varianceLimit } from './variance.ts';

const { linear, relu, tanh, erf } = ACTIVATIONS;

describe('homogeneous activations', () => {
  test.each([
    [relu, 1, 0.1, 'ok', 0.2],
    [relu, 1, 0, 'collapses', 0],
    [relu, 2, 0, 'neutral', null],
    [relu, 2 + 1e-13, 0, 'neutral', null],
    [relu, 2 - 1e-11, 0, 'collapses', 0],
    [relu, 2, 1e-300, 'diverges', null],
    [relu, 2.5, 0, 'diverges', null],
    [linear, 0.5, 1, 'ok', 2],
    [linear, 1, 0.5, 'diverges', null],
    [linear, 0, 0.5, 'ok', 0.5],
    [linear, 0, 0, 'collapses', 0],
  ] as const)('%#', (activation, gain, bias, status, q_star) => {
    expect(varianceLimit(activation, gain, bias)).toMatchObject({ status, q_star });
  });
});

describe('saturating activations', () => {
  test('without bias they collapse up to and including slope 1 at zero', () => {
    expect(varianceLimit(tanh, 1, 0).status).toBe('collapses');
    expect(varianceLimit(tanh, 1 + 2 ** -52, 0).status).toBe('ok');
    expect(varianceLimit(erf, 0.78, 0).status).toBe('collapses');
    expect(varianceLimit(erf, 0.79, 0).status).toBe('ok');
  });

  test('just above the threshold q* is half the excess, to all digits', () => {
    // tanh: E[φ²]/q = 1 − 2q + 17/3 q² − …
    for (const excess of [2 ** -40, 2 ** -30, 2 ** -20]) {
      const { q_star } = varianceLimit(tanh, 1 + excess, 0);
      const series = (excess / 2) * (1 + (17 / 12 - 1) * excess);
      expect(Math.abs((q_star as number) / series - 1)).toBeLessThan(1e-14 + 10 * excess * excess);
    }
  });

  test('erf: the fixed point satisfies the closed form', () => {
    for (const [gain, bias] of [
      [0.9, 0.05],
      [4, 0],
      [1e6, 1000],
      [0.1, 1e-9],
      [0, 0.3],
    ] as const) {
      const q = varianceLimit(erf, gain, bias).q_star as number;
      const next = ((gain * 2) / Math.PI) * Math.asin((2 * q) / (1 + 2 * q)) + bias;
      expect(Math.abs(next / q - 1)).toBeLessThan(1e-12);
    }
  });

  test('denormal bias at the threshold', () => {
    // q* = √(bias / 2) at gain 1
    expect((varianceLimit(tanh, 1, 2e-300).q_star as number) / 1e-150).toBeCloseTo(1, 12);
    expect(varianceLimit(tanh, 0.5, 5e-324).q_star).toBeLessThan(1e-322);
  });
});
