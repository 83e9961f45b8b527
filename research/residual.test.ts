import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../theory/activations/index.ts';
import { layersOf } from '../theory/testing/layers.ts';
import { NO_NOISE } from '../theory/trajectory/layers.ts';
import { trajectory } from '../theory/trajectory/trajectory.ts';
import { residualConvergence, residualRemainder } from './residual.ts';

const { relu, tanh, gelu, silu } = ACTIVATIONS;
const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });
const critical = { sigma_w2: 1.8, sigma_b2: 0, noise: dropout(0.9) };

describe('relu branches with constant b: exponential', () => {
  test.each([
    [1, 0.8221, 2],
    [0.1, 0.9677, 1.1],
  ])('b² = %d', (branch, slope, growth) => {
    const found = residualConvergence(relu, { ...critical, branch });
    expect(found.convergence).toBe('exponential');
    expect(found.slope).toBeCloseTo(slope, 4);
    expect(found.c_star).toBeCloseTo(0.62714588494921, 12);
    expect(found.q_factor).toBeCloseTo(growth, 12);
    const layers = layersOf({ ...critical, depth: 60, carry: 1, branch });
    const { rows } = trajectory(relu, layers, { q0: 1, c0: 0.95 });
    const off = (layer: number) => (rows[layer]?.c ?? 0) - 0.62714588494921;
    expect((off(60) / off(50)) ** 0.1).toBeCloseTo(found.slope as number, branch === 1 ? 4 : 2);
  });

  test('gelu has the limit of relu, since its variance grows without bound', () => {
    const { slope, c_star } = residualConvergence(gelu, { ...critical, sigma_b2: 0.05 });
    expect(slope).toBeCloseTo(0.8221, 4);
    expect(c_star).toBeCloseTo(0.62714588, 4);
  });
});

describe('tanh branches: polynomial', () => {
  test.each([0.5, 0.9])('exponent 1 − keep · 2/π without bias, keep %d', (keep) => {
    const noise = dropout(keep);
    const found = residualConvergence(tanh, { sigma_w2: 2 * keep, sigma_b2: 0, noise });
    expect(found).toMatchObject({ convergence: 'polynomial', c_star: 0, slope: null, q_star: null });
    expect(found.exponent).toBeCloseTo(1 - (keep * 2) / Math.PI, 4);
    expect(found.q_step).toBeCloseTo(2, 4);
    const layers = layersOf({ depth: 2000, sigma_w2: 2 * keep, sigma_b2: 0, noise, carry: 1 });
    const { rows } = trajectory(tanh, layers, { q0: 1, c0: 0.9 });
    const local = Math.log((rows[1000]?.c as number) / (rows[2000]?.c as number)) / Math.LN2;
    expect(Math.abs(local - (found.exponent as number))).toBeLessThan(0.01);
    expect(((rows[2000]?.q as number) - (rows[1000]?.q as number)) / 1000).toBeCloseTo(1.97, 2);
  });
});

describe('other scales', () => {
  test('a below 1 has a fixed point: the plain network at a = 0', () => {
    const plain = residualConvergence(tanh, { sigma_w2: 2, sigma_b2: 0.05, noise: dropout(0.9), carry: 0 });
    expect(plain.q_star).toBeCloseTo(0.870421981462, 11);
    expect(plain.c_star).toBeCloseTo(0.286397183004, 11);
    expect(plain.slope).toBeCloseTo(0.806694776764, 11);
    const damped = residualConvergence(tanh, {
      sigma_w2: 1.8,
      sigma_b2: 0.05,
      noise: dropout(0.9),
      carry: 0.9,
    });
    const layers = layersOf({ depth: 900, sigma_w2: 1.8, sigma_b2: 0.05, noise: dropout(0.9), carry: 0.9 });
    const end = trajectory(tanh, layers, { q0: 1, c0: 0.9 }).rows[900];
    expect(end?.q).toBeCloseTo(damped.q_star as number, 9);
    expect(end?.c).toBeCloseTo(damped.c_star as number, 9);
  });

  test('several fixed points: the start decides', () => {
    const input = { sigma_w2: 2.05, sigma_b2: 0.05, noise: NO_NOISE, carry: 0 };
    expect(residualConvergence(silu, input).q_star).toBeCloseTo(0.1116, 3);
    expect(residualConvergence(silu, { ...input, q0: 30 }).q_star).toBeNull();
  });

  test('no branch, or a above 1 with bounded φ: c is frozen; collapse keeps the normalised map', () => {
    expect(residualConvergence(tanh, { ...critical, branch: 0 }).convergence).toBe('frozen');
    expect(residualConvergence(tanh, { ...critical, carry: 1.2 })).toMatchObject({
      convergence: 'frozen',
      q_factor: 1.2,
    });
    const dying = residualConvergence(tanh, { sigma_w2: 0.5, sigma_b2: 0, noise: dropout(0.9), carry: 0.2 });
    expect(dying).toMatchObject({ q_star: 0, c_star: 0 });
    expect(() => residualConvergence(tanh, { ...critical, carry: -1 })).toThrow('carry');
  });
});

describe('an IC layer in the block', () => {
  const ic = { sigma_w2: 2, noise: dropout(0.8), batch_norm: true } as const;
  test.each([
    ['relu', relu, 0],
    ['tanh', tanh, 0.3],
  ] as const)('with a = 1 polynomial for %s too', (_, activation, sigma_b2) => {
    const found = residualConvergence(activation, { ...ic, sigma_b2 });
    expect(found).toMatchObject({ convergence: 'polynomial', slope: null, q_star: null });
    expect(found.q_step).toBeCloseTo(2.5 + sigma_b2, 14);
    const layers = layersOf({ ...ic, sigma_b2, depth: 50, carry: 1 });
    const c_batch = found.c_star as number;
    const { rows } = trajectory(activation, layers, { q0: 2000, c0: c_batch + 0.02, c_batch });
    const [first, last] = [rows[0], rows[50]] as { q: number; c: number }[];
    const fall = Math.log((first?.c as number) - c_batch) - Math.log((last?.c as number) - c_batch);
    const growth = Math.log((last?.q as number) / (first?.q as number));
    // (tanh nears its limit as 1/√q)
    const off = Math.abs(fall / growth - (found.exponent as number));
    expect(off).toBeLessThan(activation === tanh ? 0.02 : 5e-3);
    expect((last?.q as number) - (rows[49]?.q as number)).toBeCloseTo(found.q_step as number, 10);
  });

  test('relu: the exponent is 1 − keep K′(0); with a below 1 there is a fixed point', () => {
    const free = residualConvergence(relu, { ...ic, sigma_b2: 0 });
    expect(free.exponent).toBeCloseTo(1 - (0.8 * Math.PI) / (2 * (Math.PI - 1)), 12);
    const found = residualConvergence(tanh, { ...ic, sigma_b2: 0.3, carry: 0.8, branch: 0.5 });
    const layers = layersOf({ ...ic, sigma_b2: 0.3, depth: 60, carry: 0.8, branch: 0.5 });
    const { rows } = trajectory(tanh, layers, { q0: 1, c0: 0.9 });
    const off = (layer: number) => (rows[layer]?.c as number) - (found.c_star as number);
    expect(rows[60]?.q).toBeCloseTo(found.q_star as number, 4);
    expect((off(60) / off(50)) ** (1 / 10)).toBeCloseTo(found.slope as number, 3);
    expect(residualConvergence(tanh, { ...ic, sigma_b2: 0.3, carry: 1.1 }).convergence).toBe('frozen');
  });
});

test('b² = strength / depth: the same remainder at every depth', () => {
  const expected = residualRemainder(relu, critical, 1);
  expect(expected).toBeCloseTo(Math.exp(-(1 - 0.64419931802357)), 12);
  for (const depth of [500, 2000]) {
    const layers = layersOf({ ...critical, depth, carry: 1, branch: 1 / depth });
    const { rows } = trajectory(relu, layers, { q0: 1, c0: 0.62714588494921 + 1e-4 });
    expect(((rows[depth]?.c ?? 0) - 0.62714588494921) / 1e-4).toBeCloseTo(expected, 3);
  }
  expect(() => residualRemainder(tanh, critical, 1)).toThrow('homogeneous');
});
