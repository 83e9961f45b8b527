import { describe, expect, test } from 'vitest';
import type { Activation, Moments } from '../activation.ts';
import { momentsOf, pairOf } from '../testing/averages.ts';
import { ACTIVATIONS, activationAt } from './index.ts';
import { wrap } from './wrap.ts';

const relative = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE);

/** Every entry, one with another parameter, and every way in which an affine map is answered. */
const SUBJECTS: readonly (readonly [string, Activation])[] = [
  ...Object.entries(ACTIVATIONS),
  ['leaky_relu, slope −0.4', activationAt('leaky_relu', { slope: -0.4 })],
  ['elu, alpha 2.5', activationAt('elu', { alpha: 2.5 })],
  ['celu, alpha 0.4', activationAt('celu', { alpha: 0.4 })],
  ['softshrink, threshold 2', activationAt('softshrink', { threshold: 2 })],
  [
    'hardshrink, shaped',
    activationAt('hardshrink', { threshold: 0.7, input_scale: -2, output_scale: 3, output_shift: 0.2 }),
  ],
  ['hardshrink, shifted', activationAt('hardshrink', { input_shift: 0.35, output_shift: 1 })],
  [
    'hardshrink, scaled, then shifted',
    wrap(wrap(ACTIVATIONS.hardshrink, { input_scale: 2 }), { input_shift: -0.3 }),
  ],
  ['relu_squared, shifted', wrap(ACTIVATIONS.relu_squared, { input_shift: -0.6 })],
  [
    'tanh, shaped',
    wrap(ACTIVATIONS.tanh, { input_scale: 0.7, input_shift: 0.6, output_scale: 3, output_shift: -0.5 }),
  ],
  ['relu, shifted', wrap(ACTIVATIONS.relu, { input_shift: 0.7, output_shift: -0.5 })],
  ['hard_tanh, shifted and mirrored', wrap(ACTIVATIONS.hard_tanh, { input_scale: -2, input_shift: 0.3 })],
  ['sin, shifted', wrap(ACTIVATIONS.sin, { input_scale: 0.5, input_shift: 0.4, output_shift: 0.1 })],
  ['softplus, shifted', wrap(ACTIVATIONS.softplus, { input_shift: -1, output_scale: -2 })],
];
/** The check itself cannot follow oscillations over many periods. */
const widest = (name: string) => (/^(sin|cos)/.test(name) ? 20 : 1e6);

/** Where so little comes out of φ, the check's own panels end before it does: see shrink.test.ts. */
const SILENT = 1e-7;

describe.each(SUBJECTS)('%s', (name, activation) => {
  const { phi, derivative, level, parity, steps } = activation;

  test.each([1e-8, 0.003, 0.2499, 0.2501, 1, 3.999, 4.001, 20, 1e4, 1e6])('moments at q = %d', (q) => {
    if (q > widest(name)) return;
    const found = activation.moments(q);
    const wanted = momentsOf(activation, q);
    if (wanted.slope2 < SILENT) return;
    const wide = Math.sqrt(wanted.variance / q);
    // What the check loses by plain differences from φ(0), and by the mean of x φ′ about 0, as q → 0.
    const loss = 4e-16 / Math.sqrt(q) + (parity === 'even' ? (4e-16 * level) / q : 0);
    const scales: Partial<Record<keyof Moments, number>> = {
      ratio: wanted.variance + Math.abs(level) * wide,
      lift: wide,
      drift: wide,
      variance: wanted.variance,
      slope2: wanted.slope2,
      radial: Math.sqrt(wanted.variance * wanted.slope2) + Math.abs(level) * wide,
    };
    for (const key of ['ratio', 'lift', 'drift', 'variance', 'slope2', 'radial'] as const) {
      const error = Math.abs(found[key] - wanted[key]) / (scales[key] as number);
      expect(error, key).toBeLessThan(
        (steps ? 5e-12 : 3e-13) + (key === 'slope2' ? 0 : loss * (1 + Math.abs(level))),
      );
    }
    if (Number.isFinite(activation.ratio_at_zero))
      expect(Math.abs(activation.ratio_at_zero - found.shortfall - found.ratio)).toBeLessThan(
        1e-13 * (Math.abs(activation.ratio_at_zero) + found.slope2),
      );
  });

  test.each([
    [1e-6, 0.3],
    [1, 0.01],
    [7, 0.4],
    [1, 1.6],
    [300, 0.9],
    [2e4, 1e-4],
  ])('pair at q = %d, m = %d', (q, m) => {
    if (q > widest(name)) return;
    const found = activation.pair(q)(m);
    const wanted = pairOf(activation, q, m);
    const { variance, slope2 } = activation.moments(q);
    if (slope2 < SILENT) return;
    const loss = (4e-16 * Math.abs(level)) / Math.sqrt(q * slope2);
    expect(Math.abs(found.gap - wanted.gap) / Math.max(wanted.gap, m > 1 ? variance : 0)).toBeLessThan(
      1e-12 + loss,
    );
    expect(Math.abs(found.slope - wanted.slope) / Math.max(slope2, steps ? wanted.slope : 0)).toBeLessThan(
      // (the check of a φ that jumps cancels as m → 0)
      steps ? 1e-10 : 1e-12,
    );
    expect(Math.abs((found.gradient ?? found.slope) - wanted.gradient) / slope2).toBeLessThan(1e-12);
  });

  test('the pair joins the moments at both ends', () => {
    for (const q of [1e-30, 1e-3, 1, 100]) {
      const { variance, slope2 } = activation.moments(q);
      if (slope2 < SILENT && activation.kinks.length > 0) continue;
      const pair = activation.pair(q);
      // (φ′ that vanishes at 0 leaves little to compare with)
      const near = activation.ratio_at_zero === 0 ? 2e-13 : 3e-14;
      // (of a φ that jumps and is shifted the terms cancel where little comes out of it)
      expect(relative(pair(1).gap, variance)).toBeLessThan(steps ? 1e-11 : 3e-14);
      const { gap, slope, gradient = slope } = pair(1e-30);
      expect(relative(gradient, slope2)).toBeLessThan(near);
      if (!steps) expect(relative(gap / 1e-30, slope2)).toBeLessThan(near);
    }
  });

  test('the derivative, the values at zero, the asymptotes and the parity are those of the function', () => {
    for (const x of [-3.3, -0.75, 0.2, 1.1, 4]) {
      expect(derivative(x)).toBeCloseTo((phi(x + 1e-5) - phi(x - 1e-5)) / 2e-5, 7);
      if (parity === 'odd') expect(phi(-x)).toBeCloseTo(-phi(x), 15);
      if (parity === 'even') expect(phi(-x)).toBeCloseTo(phi(x), 15);
      if (activation.homogeneous) expect(phi(3 * x)).toBeCloseTo(3 * phi(x), 12);
    }
    expect(level - phi(0)).toBe(0);
    const far = (x: number) => (Math.abs(phi(x) / x) > 1e6 ? Number.POSITIVE_INFINITY : phi(x) / x);
    expect(far(1e7)).toBeCloseTo(activation.asymptote[1], 5);
    expect(far(-1e7)).toBeCloseTo(activation.asymptote[0], 5);
  });
});
