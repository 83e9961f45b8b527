import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { layersOf } from '../testing/layers.ts';
import { scheduleKeeps } from '../trajectory/schedules.ts';
import { KAPPA_RELU, type ScalingForm } from './form.ts';
import { effectiveDepthScale, exactDepthScale, reach } from './schedules.ts';

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

describe('budgets', () => {
  test('named schedules spend the mean; front_loaded is step_early', () => {
    for (const name of ['constant', 'linear_decreasing', 'step_late', 'big_step_early'] as const)
      for (const depth of [1, 6, 7])
        expect(drops(name, depth, 0.1).reduce((a, b) => a + b) / depth, name).toBeCloseTo(0.1, 14);
    expect(scheduleKeeps('front_loaded', 4, 0.1)).toEqual([0.8, 0.8, 1, 1]);
    expect(scheduleKeeps('front_loaded', 5, 0.1)).toEqual(scheduleKeeps('step_early', 5, 0.1));
  });

  test('what is refused', () => {
    expect(() => scheduleKeeps('step_early', 4, 0.5)).toThrow('whole layer');
    expect(() => scheduleKeeps('constant', 0, 0.5)).toThrow('depth');
    expect(() => scheduleKeeps('constant', 3, 1)).toThrow('mean');
    // @ts-expect-error an unknown name
    expect(() => scheduleKeeps('cosine', 3, 0.1)).toThrow('Known: constant');
  });
});

test('reach', () => {
  expect(reach([0.2, 0], 1)).toBeCloseTo(0.2 * (1 - Math.exp(-1)), 15);
  expect(() => reach([1], 0)).toThrow('xi');
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
