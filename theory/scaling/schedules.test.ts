import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { layersOf } from '../testing/layers.ts';
import { scheduleKeeps } from '../trajectory/schedules.ts';
import { effectiveDepthScale, exactDepthScale, saturationGain } from './effective-depth.ts';
import { KAPPA_RELU, type ScalingForm } from './form.ts';
import { reach, reachRatio, saturatedSchedule } from './schedules.ts';

const { linear, relu, tanh } = ACTIVATIONS;
const kinked: ScalingForm = { universality: 'kinked', kappa: KAPPA_RELU };
const smooth: ScalingForm = { universality: 'smooth', g: 0.3 };
const drops = (name: Parameters<typeof scheduleKeeps>[0], depth = 6, mean = 0.1) =>
  scheduleKeeps(name, depth, mean).map((keep) => 1 - keep);

test.each([
  ['constant', 3.204248],
  ['step_early', 5.086427],
  ['front_loaded', 5.086427],
  ['step_late', 5.086427],
  ['linear_increasing', 3.727813],
  ['linear_decreasing', 3.727813],
  ['big_step_early', 6.665105],
] as const)('published table of effective depth scales, 6 layers, mean drop 0.1: %s', (name, xi) => {
  expect(effectiveDepthScale(kinked, drops(name))).toBeCloseTo(xi, 6);
});

test('the same with twice and three times the budget, and limits', () => {
  expect(effectiveDepthScale(kinked, Array(6).fill(0.2))).toBeCloseTo(2.543214, 6);
  expect(effectiveDepthScale(kinked, Array(6).fill(0.3))).toBeCloseTo(2.221702, 6);
  expect(effectiveDepthScale(kinked, [0, 0])).toBeNull();
  expect(effectiveDepthScale(smooth, [0, 0], -0.1)).toBeCloseTo(10, 12);
  expect(() => effectiveDepthScale(smooth, [])).toThrow('layer');
});

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

describe('budgets', () => {
  test('named schedules spend the mean; front_loaded is step_early', () => {
    for (const name of ['constant', 'linear_decreasing', 'step_late', 'big_step_early'] as const)
      for (const depth of [1, 6, 7])
        expect(drops(name, depth, 0.1).reduce((a, b) => a + b) / depth, name).toBeCloseTo(0.1, 14);
    expect(scheduleKeeps('front_loaded', 4, 0.1)).toEqual([0.8, 0.8, 1, 1]);
    expect(scheduleKeeps('front_loaded', 5, 0.1)).toEqual(scheduleKeeps('step_early', 5, 0.1));
  });

  test('saturated ones too', () => {
    expect(saturatedSchedule(5, 0.1, 0.2)).toEqual([0.2, 0.2, 0.1, 0, 0]);
    expect(saturatedSchedule(6, 0.1, 0.3, 'late')).toEqual([0, 0, 0, 0, 0.3, 0.3]);
    expect(saturatedSchedule(3, 0.2, 0.2)).toEqual([0.2, 0.2, 0.2]);
    for (const depth of [1, 7, 10, 33])
      for (const max of [0.1, 0.17, 0.3, 1])
        expect(saturatedSchedule(depth, 0.1, max).reduce((a, b) => a + b)).toBeCloseTo(depth * 0.1, 12);
  });

  test('what is refused', () => {
    expect(() => scheduleKeeps('step_early', 4, 0.5)).toThrow('whole layer');
    expect(() => scheduleKeeps('constant', 0, 0.5)).toThrow('depth');
    expect(() => scheduleKeeps('constant', 3, 1)).toThrow('mean');
    // @ts-expect-error an unknown name
    expect(() => scheduleKeeps('cosine', 3, 0.1)).toThrow('Known: constant');
    expect(() => saturatedSchedule(3, 0.2, 0.1)).toThrow('max');
  });
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
    expect(reach([0.2, 0], 1)).toBeCloseTo(0.2 * (1 - Math.exp(-1)), 15);
    expect(() => reach([1], 0)).toThrow('xi');
    expect(() => reachRatio(0, 0.5)).toThrow('tau');
    expect(() => reachRatio(1, 0)).toThrow('fraction');
  });
});

describe('exact along the trajectory, where the effective depth scale misleads', () => {
  const stack = (depth: number, sigma_w2: number, keeps: readonly number[]) =>
    layersOf({
      depth,
      sigma_w2,
      sigma_b2: 0,
      noise: keeps.map((keep) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep })),
    });
  const exact = (name: Parameters<typeof scheduleKeeps>[0], depth: number, mean = 0.1) =>
    exactDepthScale(relu, stack(depth, 1.7, scheduleKeeps(name, depth, mean)), { q0: 1, c0: 0.9 });

  test.each([
    ['constant', 6, 0.1, 2.78],
    ['step_early', 6, 0.1, 2.47],
    ['step_late', 6, 0.1, 3.26],
    ['big_step_early', 6, 0.1, 2.37],
    ['constant', 6, 0, 7.31],
    ['constant', 24, 0.1, 2.39],
    ['step_early', 24, 0.1, 2.39],
    ['step_late', 24, 0.1, 2.83],
  ] as const)('relu without bias, c0 0.9: %s, %d layers, mean drop %d', (name, depth, mean, xi) => {
    expect(exact(name, depth, mean)).toBeCloseTo(xi, 2);
  });

  test('one definition for any network: linear, chaotic, deep', () => {
    const linear_ = exactDepthScale(linear, stack(9, 0.5, Array(9).fill(0.8)), { q0: 1, c0: 1 });
    expect(linear_).toBeCloseTo(-1 / Math.log(0.8), 12);
    const chaotic = layersOf({ depth: 3, sigma_w2: 4, sigma_b2: 0, noise: { s1: 1, s2: 1, variance: 0 } });
    expect(exactDepthScale(tanh, chaotic, { q0: 1, c0: 0.9999 })).toBeLessThan(0);
    expect(exactDepthScale(tanh, stack(400, 2, Array(400).fill(0.9)), { q0: 1, c0: 0.9 })).toBeCloseTo(
      6.14794031,
      0,
    );
    expect(() => exactDepthScale(tanh, [], { q0: 1, c0: 1 })).toThrow('layer');
  });
});
