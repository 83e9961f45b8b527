import { expect, test } from 'vitest';
import {
  conditionsOf,
  type FittedDepth,
  type FittedRule,
  networkSettings,
  fittedDepth as orNone,
} from './fitted.ts';
import { formDepth } from './forms.ts';

/** Of networks that the rule has an answer for. */
const fittedDepth = (...of: Parameters<typeof orNone>) => orNone(...of) as FittedDepth;

const scales = { xi_1: 12, xi_2: 5, chi_1: Math.exp(1 / 12), trajectory: 30 };
const rule: FittedRule = {
  form: 'harmonic',
  parameters: { m: 7 },
  spread: 0.25,
  conditions: { width: 100, steps: 500, optimiser: 'sgd' },
  ranges: { width: [100, 100], keep: [0.9, 1] },
  names: { activation: ['tanh', 'relu'] },
  factors: [
    { setting: 'width', value: 400, factor: 1.6, low: 1.2, high: 1.8 },
    { setting: 'width', value: 200, factor: 1.2, low: 0.8, high: 1.8 },
    { setting: 'steps', value: 100, factor: 0.5, low: null, high: 0.8 },
    { setting: 'optimiser', value: 'adam', factor: 0.8, low: 0.7, high: 0.9 },
    { setting: 'technique', value: 'ic', factor: 2, low: null, high: null },
  ],
};
const plain = formDepth('harmonic', { m: 7 }, scales);
const factor = (settings: Parameters<typeof fittedDepth>[2]) =>
  fittedDepth(rule, scales, settings).depth / plain;

test('under its conditions a rule is its form, with the interval of its spread', () => {
  expect(fittedDepth(rule, scales)).toEqual({
    depth: plain,
    low: plain / Math.exp(0.49),
    high: plain * Math.exp(0.49),
    outside: [],
  });
  expect(factor({ width: 100, steps: 500, optimiser: 'sgd', technique: undefined })).toBe(1);
});

test('measured settings multiply it; between them numbers are linear in their logarithm', () => {
  expect(factor({ width: 200, optimiser: 'adam' })).toBeCloseTo(1.2 * 0.8, 12);
  expect(factor({ width: 100 * Math.SQRT2 })).toBeCloseTo(1.1, 12);
  expect(factor({ width: 200 * Math.SQRT2 })).toBeCloseTo(1.4, 12);
  expect(factor({ steps: Math.sqrt(100 * 500) })).toBeCloseTo(0.75, 12);
  // what the rule says nothing of has no factor, and is never outside
  expect(factor({ technique: 'ic' })).toBeCloseTo(2, 12);
  expect(fittedDepth(rule, scales, { batch: 7 })).toMatchObject({ depth: plain, outside: [] });
});

test('what a factor is uncertain by widens the interval', () => {
  const variance = (settings: Parameters<typeof fittedDepth>[2]) => {
    const { low, high } = fittedDepth(rule, scales, settings);
    return (Math.log(high / low) / 3.92) ** 2 - 0.25 ** 2;
  };
  const of = (low: number, high: number) => (Math.log(high / low) / 3.92) ** 2;
  expect(variance({ optimiser: 'adam' })).toBeCloseTo(of(0.7, 0.9), 12);
  expect(variance({ optimiser: 'adam', width: 400 })).toBeCloseTo(of(0.7, 0.9) + of(1.2, 1.8), 12);
  // between two the larger, beyond them that of the nearest; open ends, and the conditions, have none
  expect(variance({ width: 300 })).toBeCloseTo(of(0.8, 1.8), 12);
  expect(variance({ width: 150 })).toBeCloseTo(of(0.8, 1.8), 12);
  expect(variance({ width: 1000 })).toBeCloseTo(of(1.2, 1.8), 12);
  expect(variance({ steps: 100, technique: 'ic', width: 100 })).toBeCloseTo(0, 12);
});

test('beyond what was measured the nearest counts, and it is said', () => {
  const at = (settings: Parameters<typeof fittedDepth>[2]) => {
    const { depth, outside } = fittedDepth(rule, scales, settings);
    return [Number((depth / plain).toFixed(12)), ...outside];
  };
  expect(at({ width: 1000 })).toEqual([1.6, 'width']);
  expect(at({ width: 50, steps: 7 })).toEqual([0.5, 'width', 'steps']);
  expect(at({ steps: 2000, optimiser: 'novograd' })).toEqual([1, 'steps', 'optimiser']);
  expect(at({ technique: 'alpha', activation: 'relu', keep: 0.95 })).toEqual([1, 'technique']);
  expect(at({ activation: 'gelu', keep: 0.89 })).toEqual([1, 'activation', 'keep']);
  // (rounding is no difference)
  expect(at({ keep: 0.9 * (1 - 1e-12), width: 400 * (1 + 1e-12) })).toEqual([1.6]);
});

test('what counts as trained is that of the data', () => {
  const factors = [{ setting: 'data', factor: 0.8, low: null, high: null }] as const;
  const own: FittedRule = {
    ...rule,
    conditions: { ...rule.conditions, data: 'mnist', trained_at: 0.5 },
    factors: factors.map((one) => ({ ...one, value: 'cifar10', trained_at: 0.25 })),
  };
  const outside = (data: string | undefined, trained_at?: number) =>
    fittedDepth(own, scales, { data, trained_at }).outside;
  expect([outside('cifar10', 0.25), outside('cifar10'), outside('mnist', 0.5)]).toEqual([[], [], []]);
  for (const [data, other] of [
    ['cifar10', 0.5],
    ['mnist', 0.25],
    [undefined, 0.25],
  ] as const)
    expect([data, other, outside(data, other)]).toEqual([data, other, ['trained_at']]);
  expect(conditionsOf(own, 'cifar10')).toEqual({ ...own.conditions, trained_at: 0.25 });
  expect(conditionsOf(own)).toBe(own.conditions);
});

test('a rule with a v knows the width itself', () => {
  const own = { ...rule, parameters: { m: 7, v: 0.5 } };
  const at = (width?: number) => fittedDepth(own, scales, { width, steps: 100 });
  expect(at(400)).toMatchObject({
    depth: 0.5 * formDepth('harmonic', { m: 7, v: 0.5 }, scales, 400),
    outside: ['width'],
  });
  expect(at(100).outside).toEqual([]);
  expect(at().depth).toBe(at(100).depth);
});

test('what has no limit has none by the rule', () => {
  const free = { xi_1: Number.POSITIVE_INFINITY, xi_2: Number.POSITIVE_INFINITY, chi_1: 1, trajectory: 1 };
  expect(fittedDepth(rule, free)).toMatchObject({
    depth: Number.POSITIVE_INFINITY,
    low: Number.POSITIVE_INFINITY,
  });
});

test('where q falls or grows by more than was measured, the rule has no answer', () => {
  const xi_1 = plain / 3.6;
  const at = (own: object) => orNone(rule, { ...scales, xi_1, ...own });
  const drifting = (factor: number) =>
    at({ drifts: true, xi_1: factor * xi_1, xi_2: 1 / (1 / (plain / 7) - 1 / (factor * xi_1)) });
  expect(drifting(1.01)?.depth).toBeCloseTo(plain, 10);
  expect(drifting(0.99)).toBeNull();
  expect(at({})).not.toBeNull();
  expect(at({ drifts: true, xi_1: Number.POSITIVE_INFINITY })).not.toBeNull();
});

test('what a network is: its activation with its parameters, its technique where there is noise', () => {
  const network = {
    activation: 'elu',
    technique: 'gaussian',
    mask: 'independent',
    q0: 1,
    sigma_w2: 1.5,
    sigma_b2: 0.05,
  } as const;
  expect(networkSettings({ ...network, noise_variance: 0.25 })).toEqual({
    activation: 'elu',
    technique: 'gaussian',
    sigma_w2: 1.5,
    sigma_b2: 0.05,
    keep: 0.8,
  });
  expect(networkSettings({ ...network, alpha: 1, input_scale: 1 })).toMatchObject({
    activation: 'elu',
    technique: undefined,
    keep: 1,
  });
  expect(networkSettings({ ...network, technique: 'ic', keep: 1 }).technique).toBe('ic');
  expect(networkSettings({ ...network, alpha: 0.5, output_shift: 2 }).activation).toBe(
    'elu, alpha 0.5, output_shift 2',
  );
});
