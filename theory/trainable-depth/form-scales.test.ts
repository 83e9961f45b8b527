import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { type DepthScalesInput, depthScales } from '../depth-scales.ts';
import { noiseOf } from '../techniques/find.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { formScales } from './form-scales.ts';

const data = { mean_square: 0.9, cosine_same_class: 0.5, cosine_different_class: 0.25 };
const at = (own: Partial<DepthScalesInput> = {}): DepthScalesInput => ({
  ...{ activation: 'tanh', technique: 'bernoulli', keep: 0.95, mask: 'independent', q0: 1 },
  ...{ sigma_w2: 1.76, sigma_b2: 0.05 },
  ...own,
});

test('depth scales are those of the theory; what has no bound is Infinity', () => {
  const { xi_1, xi_2, chi_1 } = depthScales(at());
  expect(formScales(at(), data)).toMatchObject({ xi_1, xi_2, chi_1 });
  const linear = at({ activation: 'linear', technique: 'none', keep: undefined, sigma_w2: 1, sigma_b2: 0 });
  const unbounded = Number.POSITIVE_INFINITY;
  expect(formScales(linear, data)).toEqual({
    ...{ xi_1: unbounded, xi_2: unbounded, chi_1: 1, drifts: false, trajectory: unbounded },
  });
});

test('the trajectory loses the classes at that depth, from where the first layer puts the data', () => {
  const [sigma_w2, sigma_b2] = [1.76, 0.05];
  const noise = noiseOf('bernoulli', { keep: 0.95 });
  const contrastAt = (depth: number) => {
    const [same, different] = [data.cosine_same_class, data.cosine_different_class].map((c0) => {
      // (a layer that reads the data, then the others)
      const first = { sigma_w2, sigma_b2, noise: NO_NOISE, activation: ACTIVATIONS.linear };
      const layers = [first, ...Array.from({ length: depth }, () => ({ sigma_w2, sigma_b2, noise }))];
      return trajectory(ACTIVATIONS.tanh, layers, { q0: data.mean_square, c0 }).rows.at(-1)?.c as number;
    }) as [number, number];
    return same - different;
  };
  const depth = formScales(at(), data)?.trajectory as number;
  expect(contrastAt(Math.floor(depth))).toBeGreaterThan(Math.exp(-6));
  expect(contrastAt(Math.ceil(depth))).toBeLessThan(Math.exp(-6));
});

test('masks and maps of the network count', () => {
  const depth = (own: Partial<DepthScalesInput>) => formScales(at(own), data)?.trajectory as number;
  expect(depth({ mask: 'shared' })).toBeGreaterThan(depth({}));
  expect(depth({ technique: 'ic' })).not.toBeCloseTo(depth({}), 1);
});

test('the trajectory is followed when it is looked at, once', () => {
  let calls = 0;
  const activation = {
    ...ACTIVATIONS.tanh,
    pair: (q: number) => {
      calls++;
      return ACTIVATIONS.tanh.pair(q);
    },
  };
  const scales = formScales(at(), data, { activation, scales: depthScales(at()) });
  expect(calls).toBe(0);
  const depth = scales?.trajectory;
  const once = calls;
  expect(once).toBeGreaterThan(0);
  expect(scales?.trajectory).toBe(depth);
  expect(calls).toBe(once);
});

test('null where a scale is not known; no depth where the weights read nothing', () => {
  // (relu that sees nothing but its flat side)
  const silent = at({ activation: 'relu', input_shift: -997, sigma_w2: 491, sigma_b2: 0 });
  expect(depthScales(silent).reason).toBe('unknown');
  expect(formScales(silent, data)).toBeNull();
  expect(formScales(at({ sigma_w2: 0 }), data)?.trajectory).toBe(0);
});
