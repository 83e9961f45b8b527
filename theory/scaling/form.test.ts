import { describe, expect, test } from 'vitest';
import { inverseDepthScale, KAPPA_RELU, kinkedCurve, orderParameter, type ScalingForm } from './form.ts';

const smooth: ScalingForm = { universality: 'smooth', g: 0.35 };
const kinked: ScalingForm = { universality: 'kinked', kappa: KAPPA_RELU };
const residual = (form: ScalingForm, t: number, h: number, m: number) =>
  (form.universality === 'smooth' ? (form.g / 2) * m * m : form.kappa * m ** 1.5) - t * m - h;

test('the kinked curve: published values, and a root everywhere', () => {
  expect([-2, -1, 0, 1, 2].map(kinkedCurve).map((y) => y.toFixed(10))).toEqual([
    '0.6180339887',
    '0.7548776662',
    '1.0000000000',
    '1.4655712319',
    '2.2055694304',
  ]);
  for (const u of [-1e12, -1e5, -37, -0.3, 0.3, 37, 1e5, 1e12]) {
    const y = kinkedCurve(u);
    expect(Math.abs((y * y * (y - u) - 1) / (1 + Math.abs(u) * y * y))).toBeLessThan(u > 0 ? 1e-3 : 1e-15);
    expect(y / (u > 0 ? u : 1 / Math.sqrt(-u))).toBeCloseTo(1, Math.abs(u) > 1e4 ? 6 : -1);
  }
  expect(() => kinkedCurve(Number.NaN)).toThrow('finite');
});

describe.each([smooth, kinked])('equation of state, $universality', (form) => {
  test('solved to rounding, with the slope that belongs to it', () => {
    for (const h of [0, 1e-12, 1e-6, 1e-3, 0.05])
      for (const t of [-0.3, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.3]) {
        const m = orderParameter(form, { t, h });
        const scale = Math.max(h, Math.abs(t) * m, 1e-300);
        expect(Math.abs(residual(form, t, h, m)) / scale, `${t}, ${h}`).toBeLessThan(1e-13);
        const slope = form.universality === 'smooth' ? form.g * m - t : 1.5 * form.kappa * Math.sqrt(m) - t;
        expect(inverseDepthScale(form, { t, h })).toBeCloseTo(slope, 12);
      }
  });

  test('what is refused', () => {
    const bad = form.universality === 'smooth' ? { ...form, g: 0 } : { ...form, kappa: Number.NaN };
    expect(() => orderParameter(bad as ScalingForm, { t: 0, h: 0 })).toThrow('positive');
    expect(() => orderParameter(form, { t: Number.NaN, h: 0 })).toThrow('t must');
    expect(() => orderParameter(form, { t: 0, h: -1e-9 })).toThrow('h must');
  });
});

test('documented values', () => {
  expect(inverseDepthScale(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(0.06723682072841813, 15);
  expect(orderParameter(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(0.022309205, 9);
  expect(orderParameter({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 })).toBeCloseTo(0.2, 15);
});
