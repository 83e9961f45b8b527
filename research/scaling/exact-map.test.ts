import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../../theory/activations/index.ts';
import { KAPPA_RELU, orderParameter, type ScalingForm, scalingPoint } from '../../theory/scaling/form.ts';
import { solve } from '../../theory/testing/solve.ts';
import { localExponent, localRelaxationExponent, PATHS, relaxation, stateOf } from './exact-map.ts';
import { criticalDepthScale, criticalRelaxation } from './universality.ts';

const { abs, elu, erf, gelu, hard_tanh, linear, relu, selu, softsign, tanh } = ACTIVATIONS;
const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });
const NONE = { s1: 1, s2: 1, variance: 0 };

describe('where a network stands', () => {
  test.each([
    [1.7609546396067393, 0.05, 1, 0, 0.324089956018],
    [2.5, 0.05, 0.9, 1.058723152158 - 1, 0.900118436973],
    [1.76, 0.05, 0.5, 0.640317013948 - 1, 0.823797134359],
  ])('tanh %d, %d, keep %d: published t and g', (sigma_w2, sigma_b2, keep, t, g) => {
    const point = scalingPoint(tanh, { sigma_w2, sigma_b2, noise: dropout(keep) });
    expect(point.t).toBeCloseTo(t, 11);
    expect(point.form?.universality === 'smooth' ? point.form.g : 0).toBeCloseTo(g, 10);
    // h = drop (q* − sigma_b2) / q*
    const q = point.q_star as number;
    expect(point.h).toBeCloseTo(((1 - keep) * (q - sigma_b2)) / q, 13);
  });

  test('g and kappa from the slopes of two inputs near alignment', () => {
    for (const phi of [tanh, erf, gelu, elu, softsign, relu, hard_tanh, selu, abs]) {
      const input = { sigma_w2: 0.8, sigma_b2: 0.3, noise: dropout(0.95) };
      const { q_star, form } = scalingPoint(phi, input);
      const q = q_star as number;
      const { slope2 } = phi.moments(q);
      const drop = (m: number) => 0.8 * (slope2 - phi.pair(q)(m).slope);
      if (form?.universality === 'smooth')
        // (a φ″ that jumps, as that of elu and softsign, brings terms of order √m: they are extrapolated away)
        expect(
          (Math.SQRT2 * drop(1e-4) - drop(2e-4) / 2) / 1e-4 / (Math.SQRT2 - 1) / form.g,
          phi.name,
        ).toBeCloseTo(1, 2);
      else {
        const kappa = form?.kappa as number;
        expect(drop(1e-10) / (1.5 * kappa * 1e-5), phi.name).toBeCloseTo(1, 4);
      }
    }
    const point = (phi: typeof relu) => scalingPoint(phi, { sigma_w2: 0.5, sigma_b2: 0.3, noise: NONE }).form;
    expect(point(linear)).toBeNull();
    expect([hard_tanh, selu, elu, softsign].map((phi) => point(phi as typeof relu)?.universality)).toEqual([
      'kinked',
      'kinked',
      'smooth',
      'smooth',
    ]);
  });

  test('bias-free relu: t = −h = −drop whatever sigma_w2; with bias t = keep a − 1, h = a drop', () => {
    for (const sigma_w2 of [0.5, 1.8, 7]) {
      const point = scalingPoint(relu, { sigma_w2, sigma_b2: 0, noise: dropout(0.9) });
      expect(point).toMatchObject({ q_star: null, form: { universality: 'kinked' } });
      expect(point.t).toBeCloseTo(-0.1, 14);
      expect(point.h).toBeCloseTo(0.1, 14);
      expect(point.form?.universality === 'kinked' ? point.form.kappa / 0.9 : 0).toBeCloseTo(KAPPA_RELU, 12);
    }
    const a = 1.7 / 1.8;
    const biased = scalingPoint(relu, { sigma_w2: 1.7, sigma_b2: 0.05, noise: dropout(0.9) });
    expect(biased.q_star).toBeCloseTo(0.9, 13);
    expect(biased.t).toBeCloseTo(0.9 * a - 1, 13);
    expect(biased.h).toBeCloseTo(0.1 * a, 13);
    const shared = scalingPoint(relu, {
      sigma_w2: 1.7,
      sigma_b2: 0.05,
      noise: dropout(0.9),
      mask_correlation: 1,
    });
    expect(shared.h).toBe(0);
    expect(() => scalingPoint(tanh, { sigma_w2: 0.5, sigma_b2: 0, noise: NONE })).toThrow('settle');
  });

  test('the leading order against whole networks with little noise', () => {
    for (const [activation, sigma_w2, sigma_b2] of [
      ['tanh', 1.7609546396067393, 0.05],
      ['relu', 1.999, 1e-4],
    ] as const) {
      const keep = 0.9999;
      const phi = ACTIVATIONS[activation];
      const { t, h, form } = scalingPoint(phi, { sigma_w2, sigma_b2, noise: dropout(keep) });
      const exact = solve({ activation, sigma_w2, sigma_b2, keep });
      const distance = { t, h };
      expect(criticalDepthScale(form as ScalingForm, distance)).toBeGreaterThan(
        0.97 * (exact.xi_2 as number),
      );
      expect(criticalDepthScale(form as ScalingForm, distance)).toBeLessThan(1.03 * (exact.xi_2 as number));
      expect(orderParameter(form as ScalingForm, distance) / (1 - (exact.c_star as number))).toBeCloseTo(
        1,
        1,
      );
    }
  });
});

describe('exact maps', () => {
  test('documented states: erf at chi_aligned = 1, sigma_b2 0.05, h = 1e-4, and its leading order', () => {
    const h = 1e-4;
    let [low, high] = [0.3, 0.9];
    for (let i = 0; i < 60; i++) {
      const q = (low + high) / 2;
      const excess = 0.5 * Math.sqrt(1 + 4 * q) * Math.asin((2 * q) / (1 + 2 * q)) - (q * (1 - h) - 0.05);
      if (excess > 0) low = q;
      else high = q;
    }
    const state = stateOf({ activation: erf, q: low }, { t: 0, h });
    expect(state.m).toBeCloseTo(0.024139933, 9);
    expect(state.xi_2).toBeCloseTo(121.18848, 5);
    const form: ScalingForm = { universality: 'smooth', g: (4 * low * low) / (1 + 4 * low) };
    expect(orderParameter(form, { t: 0, h })).toBeCloseTo(0.023943218, 9);
    expect(criticalDepthScale(form, { t: 0, h })).toBeCloseTo(119.71609, 5);
  });

  test('documented states: relu at h = 1e-3, formal and bias-free', () => {
    const map = { activation: relu, q: 1 };
    const formal = stateOf(map, PATHS.field(1e-3));
    expect(formal.m).toBeCloseTo(0.022292583, 9);
    expect(formal.xi_2).toBeCloseTo(14.344811, 6);
    const literal = stateOf(map, PATHS.bias_free_relu(1e-3));
    expect(literal.m).toBeCloseTo(0.021979606, 9);
    expect(literal.xi_2).toBeCloseTo(14.244658, 6);
    expect(1 - stateOf(map, PATHS.bias_free_relu(0.1)).m).toBeCloseTo(0.62714588494921, 12);
    expect(stateOf(map, { t: 0, h: 0 })).toEqual({ m: 0, chi_c: 1, xi_2: null, susceptibility: null });
    expect(() => stateOf(map, { t: -2, h: 0 })).toThrow('t must');
    expect(() => stateOf(map, { t: 0, h: 2 })).toThrow('h must');
    expect(() => stateOf({ activation: relu, q: 0 }, { t: 0, h: 0 })).toThrow('q must');
  });

  test('local exponents tend to the universal ones', () => {
    const smooth = { activation: erf, q: 0.517 };
    const kinked = { activation: relu, q: 1 };
    expect(localExponent(smooth, PATHS.field, 1e-8, 'm')).toBeCloseTo(0.5, 4);
    expect(localExponent(smooth, PATHS.field, 1e-8, 'xi_2')).toBeCloseTo(-0.5, 3);
    expect(localExponent(kinked, PATHS.field, 1e-10, 'm')).toBeCloseTo(2 / 3, 4);
    expect(localExponent(kinked, PATHS.field, 1e-10, 'xi_2')).toBeCloseTo(-1 / 3, 3);
    expect(localExponent(smooth, PATHS.above, 1e-5, 'm')).toBeCloseTo(1, 4);
    expect(localExponent(kinked, PATHS.above, 1e-5, 'm')).toBeCloseTo(2, 4);
    for (const map of [smooth, kinked]) {
      expect(localExponent(map, PATHS.above, 1e-5, 'xi_2')).toBeCloseTo(-1, 4);
      expect(localExponent(map, PATHS.below, 1e-5, 'xi_2')).toBeCloseTo(-1, 4);
      expect(localExponent(map, PATHS.below, 1e-5, 'susceptibility')).toBeCloseTo(-1, 9);
    }
    expect(localExponent(kinked, PATHS.below, 1e-3, 'm')).toBeNull();
    expect(() => localExponent(kinked, PATHS.field, 0, 'm')).toThrow('s must');
  });

  test('and are off at accessible noise: relu between h = 1e-2 and 1e-3', () => {
    const map = { activation: relu, q: 1 };
    const slope = (path: (s: number) => { t: number; h: number }, of: 'm' | 'xi_2') =>
      Math.log10((stateOf(map, path(1e-2))[of] as number) / (stateOf(map, path(1e-3))[of] as number));
    expect(slope(PATHS.field, 'm')).toBeCloseTo(0.6655, 4);
    expect(-slope(PATHS.field, 'xi_2')).toBeCloseTo(0.3545, 4);
    expect(slope(PATHS.bias_free_relu, 'm')).toBeCloseTo(0.645, 3);
    expect(-slope(PATHS.bias_free_relu, 'xi_2')).toBeCloseTo(0.3645, 4);
  });

  test('relaxation at criticality', () => {
    const map = { activation: relu, q: 1 };
    const path = relaxation(map, { t: 0, h: 0 }, 1, 10_000);
    expect(1e6 * (path[1000] as number)).toBeCloseTo(43.13, 1);
    expect(1e8 * (path[10_000] as number)).toBeCloseTo(44.25, 1);
    const form: ScalingForm = { universality: 'kinked', kappa: KAPPA_RELU };
    expect((path[10_000] as number) / (criticalRelaxation(form, 10_000, 1) as number)).toBeCloseTo(1, 2);
    expect(localRelaxationExponent(map, 4000)).toBeCloseTo(2, 1);
    expect(localRelaxationExponent({ activation: erf, q: 0.517 }, 2000)).toBeCloseTo(1, 2);
    expect(() => localRelaxationExponent(map, 1)).toThrow('layer');
    expect([...relaxation(map, { t: 0, h: 0 }, 0, 2)]).toEqual([0, 0, 0]);
  });
});
