import { describe, expect, test } from 'vitest';
import { scheduleKeeps } from '../../theory/index.ts';
import { KAPPA_RELU, orderParameter, type ScalingForm } from '../../theory/scaling/form.ts';
import { effectiveDepthScale, reach } from '../../theory/scaling/schedules.ts';
import {
  collapse,
  criticalDepthScale,
  criticalRelaxation,
  crossoverDetuning,
  crossoverField,
  depthCurve,
  EXPONENTS,
  equilibriumFreeEnergy,
  freeEnergy,
  orderCurve,
  reachRatio,
  saturatedSchedule,
  saturationGain,
  scalingFactors,
} from './universality.ts';

const smooth: ScalingForm = { universality: 'smooth', g: 0.35 };
const kinked: ScalingForm = { universality: 'kinked', kappa: KAPPA_RELU };
const forms = [smooth, kinked];
test.each(Object.entries(EXPONENTS))('the exponents of %s obey the scaling relations', (_, class_) => {
  const { nu_t, beta, gamma, delta, nu_rho, alpha } = class_;
  expect(gamma).toBeCloseTo(beta * (delta - 1), 15);
  expect(alpha + 2 * beta + gamma).toBe(2);
  expect(nu_rho).toBeCloseTo(nu_t / (beta * delta), 15);
});

describe.each(forms)('equation of state, $universality', (form) => {
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
        const found = collapse(form, { t, h, m, xi: criticalDepthScale(form, { t, h }) });
        expect(found.t_scaled).toBeCloseTo(x, 12);
        expect(found.m_scaled).toBeCloseTo(orderCurve(form.universality, x), 11);
        expect(found.xi_scaled).toBeCloseTo(depthCurve(form.universality, x), 11);
      }
    expect(collapse(form, { t: 0, h: 1, m: 0, xi: null }).xi_scaled).toBeNull();
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
    expect(() => freeEnergy(form, { t: 0, h: 0 }, -1)).toThrow('m must');
    expect(() => criticalRelaxation(form, -1)).toThrow('layer');
    expect(() => criticalRelaxation(form, 1, 0)).toThrow('m0');
  });
});

test('documented values', () => {
  expect(criticalDepthScale(kinked, { t: 0, h: 1e-3 })).toBeCloseTo(14.872803, 6);
  const half: ScalingForm = { universality: 'smooth', g: 0.5 };
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

const drops = (name: Parameters<typeof scheduleKeeps>[0], depth: number, mean: number) =>
  scheduleKeeps(name, depth, mean).map((keep) => 1 - keep);

test('saturated schedules gain what is said over constant ones, and no other schedule gains more', () => {
  for (const form of [smooth, kinked]) {
    const xi = (fields: readonly number[]) => effectiveDepthScale(form, fields) as number;
    const gain = xi(saturatedSchedule(60, 0.05, 0.2)) / xi(Array(60).fill(0.05));
    expect(gain).toBeCloseTo(saturationGain(form.universality, 0.25), 10);
    for (const name of ['linear_increasing', 'step_early', 'constant'] as const)
      expect(xi(drops(name, 60, 0.05))).toBeLessThan(xi(saturatedSchedule(60, 0.05, 0.2)) + 1e-9);
    expect(xi(drops('linear_increasing', 60, 0.05))).toBeGreaterThan(xi(Array(60).fill(0.05)));
  }
  expect(() => saturationGain('smooth', 0)).toThrow('fraction');
});

test('saturated schedules spend the mean', () => {
  expect(saturatedSchedule(5, 0.1, 0.2)).toEqual([0.2, 0.2, 0.1, 0, 0]);
  expect(saturatedSchedule(6, 0.1, 0.3, 'late')).toEqual([0, 0, 0, 0, 0.3, 0.3]);
  expect(saturatedSchedule(3, 0.2, 0.2)).toEqual([0.2, 0.2, 0.2]);
  for (const depth of [1, 7, 10, 33])
    for (const max of [0.1, 0.17, 0.3, 1])
      expect(saturatedSchedule(depth, 0.1, max).reduce((a, b) => a + b)).toBeCloseTo(depth * 0.1, 12);
  expect(() => saturatedSchedule(3, 0.2, 0.1)).toThrow('max');
});

describe('reach', () => {
  test.each([
    [1, 1 / 2, 1.42083929],
    [1, 1 / 3, 1.53144455],
    [5, 1 / 2, 1.21028776],
    [5, 1 / 3, 1.22623239],
  ])('documented ratios: tau %d, fraction %d', (tau, fraction, ratio) => {
    expect(reachRatio(tau, fraction)).toBeCloseTo(ratio, 8);
    // and from the sum over many layers
    const [depth, mean] = [3000, 0.05];
    const sum = (values: readonly number[]) => reach(values, depth / tau);
    const early = sum(saturatedSchedule(depth, mean, mean / fraction));
    expect(early / sum(Array(depth).fill(mean))).toBeCloseTo(ratio, 3);
    expect(sum(saturatedSchedule(depth, mean, mean / fraction, 'late'))).toBeLessThan(early);
  });

  test('limits: 2 − f when shallow, 1 when deep, no jump where the series takes over', () => {
    for (const f of [0.1, 0.5, 0.9]) {
      expect(reachRatio(1e-9, f)).toBeCloseTo(2 - f, 8);
      expect(reachRatio(1e5, f)).toBeCloseTo(1, 4);
      expect(reachRatio(0.000999, f)).toBeCloseTo(reachRatio(0.001001, f), 5);
    }
    expect(reachRatio(3, 1)).toBeCloseTo(1, 14);
    expect(() => reachRatio(0, 0.5)).toThrow('tau');
    expect(() => reachRatio(1, 0)).toThrow('fraction');
  });
});
