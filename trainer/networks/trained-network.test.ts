import { expect, test } from 'vitest';
import { networkFromPlan } from '../../networks/from-plan.ts';
import type { Plan } from '../../schemas/plan.ts';
import { readKeeps } from '../../theory/index.ts';
import { smallPlan } from '../testing/plan.ts';
import { trainedNetwork } from './trained-network.ts';

const plan = (network: Partial<Plan['network']>): Plan => ({
  ...smallPlan,
  network: { ...smallPlan.network, ...network },
});
const cell = { depth: 4, sigma_w2: 1, keep: 0.9 };
const keepsOf = (own: Plan, at: typeof cell) => readKeeps(networkFromPlan(own, at));

test('a schedule spreads the noise over the hidden layers, and the input has it where the plan says so', () => {
  expect(keepsOf(plan({}), cell)).toEqual([null, 0.9, 0.9, 0.9, 0.9]);
  expect(keepsOf(plan({ noise_on_input: true }), cell)).toEqual([0.9, 0.9, 0.9, 0.9, 0.9]);
  expect(keepsOf(plan({ input_keep: 0.8 }), cell)).toEqual([0.8, 0.9, 0.9, 0.9, 0.9]);
  expect(keepsOf(plan({ input_keep: 0.8, schedule: 'step_late' }), cell)).toEqual([0.8, 1, 1, 0.8, 0.8]);
  for (const schedule of ['step_early', 'front_loaded'] as const)
    expect(keepsOf(plan({ schedule }), cell)).toEqual([null, 0.8, 0.8, 1, 1]);
  expect(keepsOf(plan({ schedule: 'step_late' }), cell)).toEqual([null, 1, 1, 0.8, 0.8]);
  const rising = keepsOf(plan({ schedule: 'linear_increasing' }), cell);
  expect(rising.slice(1).reduce<number>((sum, keep) => sum + (keep ?? 0), 0)).toBeCloseTo(3.6, 12);
  expect(rising[4]).toBeCloseTo(0.8, 12);
});

test('the images have noise where the plan gives them a keep', () => {
  const noiseOf = (network: Partial<Plan['network']>) =>
    trainedNetwork(
      { ...plan(network), axes: { depth: [2], sigma_w2: [1] } },
      { depth: 2, sigma_w2: 1, keep: 0.9, seed: 1 },
      { pixelsPerImage: 784, classes: 10 },
      'plain',
    ).noise.map((noise) => noise !== undefined);
  expect(noiseOf({})).toEqual([false, true, true]);
  expect(noiseOf({ noise_on_input: true })).toEqual([true, true, true]);
  expect(noiseOf({ input_keep: 0.8 })).toEqual([true, true, true]);
});

test('a schedule that would drop all of a layer is refused', () => {
  expect(() => keepsOf(plan({ schedule: 'step_early' }), { ...cell, keep: 0.5 })).toThrow(
    'With a mean drop of 0.5 the schedule "step_early" would drop a whole layer.',
  );
});
