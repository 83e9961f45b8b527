import { describe, expect, test } from 'vitest';
import { collapsed, depthCurve, orderCurve, scalingFactors } from './collapse.ts';
import { EXPONENTS } from './exponents.ts';
import { KAPPA_RELU, type ScalingForm } from './form.ts';
import { equilibriumFreeEnergy, freeEnergy } from './free-energy.ts';
import {
  criticalDepthScale,
  crossoverDetuning,
  crossoverField,
  inverseDepthScale,
  kinkedCurve,
  orderParameter,
} from './order-parameter.ts';
import { criticalRelaxation } from './relaxation.ts';

const smooth: ScalingForm = { universality: 'smooth', g: 0.35 };
const kinked: ScalingForm = { universality: 'kinked', kappa: KAPPA_RELU };
const forms = [smooth, kinked];
const residual = (form: ScalingForm, t: number, h: number, m: number) =>
  (form.universality === 'smooth' ? (form.g / 2) * m * m : form.kappa * m ** 1.5) - t * m - h;

test.each(Object.entries(EXPONENTS))('the exponents of %s obey the scaling relations', (_, class_) => {
  const { nu_t, beta, gamma, delta, nu_rho, alpha } = class_;
  expect(gamma).toBeCloseTo(beta * (delta - 1), 15);
  expect(alpha + 2 * beta + gamma).toBe(2);
  expect(nu_rho).toBeCloseTo(nu_t / (beta * delta), 15);
});

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

describe.each(forms)('equation of state, $universality', (form) => {
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

  test('limits: far below h/|t|, far above without noise, exponents', () => {
    const { beta, delta, nu_rho } = EXPONENTS[form.universality];
    expect(orderParameter(form, { t: -0.2, h: 1e-12 }) / 5e-12).toBeCloseTo(1, 4);
    expect(orderParameter(form, { t: -0.2, h: 1e-300 }) / 5e-300).toBeCloseTo(1, 12);
    const above = (t: number) => orderParameter(form, { t, h: 0 });
    expect(Math.log(above(0.02) / above(0.01)) / Math.log(2)).toBeCloseTo(beta, 12);
    const at = (h: number) => orderParameter(form, { t: 0, h });
    expect(Math.log(at(2e-5) / at(1e-5)) / Math.log(2)).toBeCloseTo(1 / delta, 12);
    const xi = (h: number) => criticalDepthScale(form, { t: 0, h }) as number;
    expect(Math.log(xi(1e-5) / xi(2e-5)) / Math.log(2)).toBeCloseTo(nu_rho, 12);
    expect(criticalDepthScale(form, { t: 0, h: 0 })).toBeNull();
    expect(criticalDepthScale(form, { t: -0.01, h: 0 })).toBeCloseTo(100, 10);
    expect(criticalDepthScale(form, { t: 0.01, h: 0 })).toBeCloseTo(
      form.universality === 'smooth' ? 100 : 200,
      8,
    );
  });

  test('collapse onto the curves', () => {
    for (const h of [1e-6, 1e-2])
      for (const x of [-3, -0.5, 0, 0.5, 3]) {
        const t = x / scalingFactors(form, h).of_t;
        const m = orderParameter(form, { t, h });
        const found = collapsed(form, { t, h, m, xi: criticalDepthScale(form, { t, h }) });
        expect(found.t_scaled).toBeCloseTo(x, 12);
        expect(found.m_scaled).toBeCloseTo(orderCurve(form.universality, x), 11);
        expect(found.xi_scaled).toBeCloseTo(depthCurve(form.universality, x), 11);
      }
    expect(collapsed(form, { t: 0, h: 1, m: 0, xi: null }).xi_scaled).toBeNull();
    expect(() => scalingFactors(form, 0)).toThrow('h must be positive');
  });

  test('crossover', () => {
    const t = crossoverDetuning(form, 1e-4);
    expect(crossoverField(form, t)).toBeCloseTo(1e-4, 15);
    expect(crossoverField(form, -t)).toBeCloseTo(1e-4, 15);
    expect(Math.abs(scalingFactors(form, 1e-4).of_t * t)).toBeCloseTo(
      form.universality === 'smooth' ? Math.SQRT1_2 : 1,
      12,
    );
  });

  test('free energy: the fixed point is its minimum, and its derivatives are m and −alpha', () => {
    for (const [t, h] of [
      [0.1, 0.01],
      [-0.1, 0.01],
      [0, 1e-3],
    ] as const) {
      const m = orderParameter(form, { t, h });
      const f = (at: number) => freeEnergy(form, { t, h }, at);
      expect(f(m)).toBeLessThan(Math.min(f(m * 0.99), f(m * 1.01), f(0)));
      const step = 1e-4 * h;
      const by_h =
        equilibriumFreeEnergy(form, { t, h: h + step }) - equilibriumFreeEnergy(form, { t, h: h - step });
      expect(-by_h / (2 * step) / m).toBeCloseTo(1, 6);
    }
    const above = equilibriumFreeEnergy(form, { t: 0.1, h: 0 });
    expect(above).toBeCloseTo(
      form.universality === 'smooth'
        ? (-2 * 0.1 ** 3) / (3 * form.g ** 2)
        : -(0.1 ** 5) / (10 * form.kappa ** 4),
      14,
    );
    expect(equilibriumFreeEnergy(form, { t: -0.1, h: 0 })).toBeCloseTo(0, 300);
  });

  test('what is refused', () => {
    const bad = form.universality === 'smooth' ? { ...form, g: 0 } : { ...form, kappa: Number.NaN };
    expect(() => orderParameter(bad as ScalingForm, { t: 0, h: 0 })).toThrow('positive');
    expect(() => orderParameter(form, { t: Number.NaN, h: 0 })).toThrow('t must');
    expect(() => orderParameter(form, { t: 0, h: -1e-9 })).toThrow('h must');
    expect(() => freeEnergy(form, { t: 0, h: 0 }, -1)).toThrow('m must');
    expect(() => criticalRelaxation(form, -1)).toThrow('layer');
    expect(() => criticalRelaxation(form, 1, 0)).toThrow('m0');
  });
});

test('documented values', () => {
  expect(inverseDepthScale(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(0.06723682072841813, 15);
  expect(criticalDepthScale(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(14.872803, 6);
  expect(orderParameter(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(0.022309205, 9);
  const half: ScalingForm = { universality: 'smooth', g: 0.5 };
  expect(orderParameter(half, { t: 0, h: 0.01 })).toBeCloseTo(0.2, 15);
  expect(criticalDepthScale(half, { t: 0, h: 0.01 })).toBeCloseTo(10, 13);
  expect(freeEnergy(half, { t: 0, h: 0.01 }, 0.2)).toBeCloseTo(-0.0013333333333333335, 16);
  expect(equilibriumFreeEnergy(half, { t: 0.1, h: 0 })).toBeCloseTo(-0.0026666666666666666, 16);
  expect(crossoverDetuning({ universality: 'smooth', g: 0.25 }, 0.01)).toBeCloseTo(0.05, 15);
  expect(orderCurve('kinked', 1)).toBeCloseTo(0.5698402909980532, 15);
  expect(scalingFactors(half, 0.01)).toEqual({ of_t: -10, of_m: 5, of_xi: 0.1 });
  expect(criticalRelaxation(kinked, 100)).toBeCloseTo((9 * Math.PI ** 2) / 2 / 1e4, 15);
  expect(criticalRelaxation(smooth, 0)).toBeNull();
  expect(criticalRelaxation(smooth, 0, 0.3)).toBeCloseTo(0.3, 15);
});
