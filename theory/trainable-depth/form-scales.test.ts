import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { type PlainStack, plainNetwork } from '../network.ts';
import { computeNoise } from '../techniques/index.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { Meter } from '../work.ts';
import { formScales } from './form-scales.ts';
import type { FormScales } from './forms.ts';
import { tangentKernel } from './tangent-kernel.ts';

const data = { mean_square: 0.9, cosine_same_class: 0.5, cosine_different_class: 0.25 };
const at = (own: Partial<PlainStack> = {}): PlainStack => ({
  ...{ activation: 'tanh', technique: 'bernoulli', keep: 0.95, mask: 'independent', q0: 1 },
  ...{ sigma_w2: 1.76, sigma_b2: 0.05 },
  ...own,
});

test('depth scales are those of the theory; what has no bound is Infinity', () => {
  const { xi_1, xi_2, chi_1 } = depthScales(plainNetwork(at()));
  expect(formScales(plainNetwork(at()), data)).toMatchObject({ xi_1, xi_2, chi_1, growth: 1 });
  const linear = at({ activation: 'linear', technique: 'none', keep: undefined, sigma_w2: 1, sigma_b2: 0 });
  const unbounded = Number.POSITIVE_INFINITY;
  const scales = formScales(plainNetwork(linear), data);
  expect(scales).toMatchObject({
    xi_1: unbounded,
    xi_2: unbounded,
    chi_1: 1,
    growth: 1,
    trajectory: unbounded,
  });
  expect(scales?.margin(20)).toBe(unbounded);
});

test('what q falls or grows by in a layer, where it does', () => {
  const growth = (sigma_w2: number, sigma_b2: number, activation: 'relu' | 'tanh' = 'relu') =>
    formScales(plainNetwork(at({ activation, sigma_w2, sigma_b2, keep: 0.8 })), data)?.growth;
  // relu: sigma_w2 / (2 keep)
  expect(growth(1, 0)).toBeCloseTo(0.625, 12);
  expect(growth(2, 0)).toBeCloseTo(1.25, 12);
  expect(growth(2, 0.1)).toBeCloseTo(1.25, 12);
  expect(growth(1, 0.1)).toBe(1);
  // tanh, whose q goes to 0 as a straight line's
  expect(growth(0.4, 0, 'tanh')).toBeCloseTo(0.5, 12);
  expect(growth(1.6, 0, 'tanh')).toBe(1);
});

test('the margin: one input under two masks against two inputs', () => {
  const t = 5;
  const { sigma_w2, sigma_b2, keep } = { sigma_w2: 1.76, sigma_b2: 0.05, keep: 0.95 };
  const noise = computeNoise('bernoulli', { keep });
  const first = { sigma_w2, sigma_b2, noise: NO_NOISE, activation: ACTIVATIONS.linear };
  const measureContrast = (depth: number) => {
    const layers = [first, ...Array.from({ length: depth }, () => ({ sigma_w2, sigma_b2, noise }))];
    const [same, different] = [1, data.cosine_different_class].map(
      (c0) => trajectory(ACTIVATIONS.tanh, layers, { q0: data.mean_square, c0 }).rows.at(-1)?.c as number,
    ) as [number, number];
    return same - different;
  };
  const depth = formScales(plainNetwork(at()), data)?.margin(t) as number;
  expect(measureContrast(Math.floor(depth))).toBeGreaterThan(Math.exp(-t));
  expect(measureContrast(Math.ceil(depth))).toBeLessThan(Math.exp(-t));
});

test('the kernel is of the layers, and of the data that the first of them reads', () => {
  const noise = computeNoise('bernoulli', { keep: 0.95 });
  const layer = { sigma_w2: 1.76, sigma_b2: 0.05, noise, mask_correlation: 0 };
  const start = { mean_square: data.mean_square, cosine: data.cosine_different_class };
  const kernel = tangentKernel(ACTIVATIONS.tanh, layer, start);
  const scales = formScales(plainNetwork(at()), data);
  for (const depth of [0, 1, 25]) expect(scales?.kernel.at(depth)).toEqual(kernel.at(depth));
  const ic = formScales(plainNetwork(at({ technique: 'ic' })), data)?.kernel.at(9)?.signal as number;
  expect(ic).not.toBeCloseTo(kernel.at(9)?.signal as number, 1);
  const shared = formScales(plainNetwork(at({ mask: 'shared' })), data)?.kernel.at(9)?.signal as number;
  expect(shared).toBeGreaterThan(kernel.at(9)?.signal as number);
});

test('the trajectory loses the classes at that depth, from where the first layer puts the data', () => {
  const [sigma_w2, sigma_b2] = [1.76, 0.05];
  const noise = computeNoise('bernoulli', { keep: 0.95 });
  const measureContrast = (depth: number) => {
    const [same, different] = [data.cosine_same_class, data.cosine_different_class].map((c0) => {
      // (a layer that reads the data, then the others)
      const first = { sigma_w2, sigma_b2, noise: NO_NOISE, activation: ACTIVATIONS.linear };
      const layers = [first, ...Array.from({ length: depth }, () => ({ sigma_w2, sigma_b2, noise }))];
      return trajectory(ACTIVATIONS.tanh, layers, { q0: data.mean_square, c0 }).rows.at(-1)?.c as number;
    }) as [number, number];
    return same - different;
  };
  const depth = formScales(plainNetwork(at()), data)?.trajectory as number;
  expect(measureContrast(Math.floor(depth))).toBeGreaterThan(Math.exp(-6));
  expect(measureContrast(Math.ceil(depth))).toBeLessThan(Math.exp(-6));
});

test('masks and maps of the network count', () => {
  const depth = (own: Partial<PlainStack>) => formScales(plainNetwork(at(own)), data)?.trajectory as number;
  expect(depth({ mask: 'shared' })).toBeGreaterThan(depth({}));
  expect(depth({ technique: 'ic' })).not.toBeCloseTo(depth({}), 1);
});

test('trajectory, margin and kernel are followed when they are looked at, once', () => {
  const meter = new Meter();
  const taken = (ask: () => unknown) => {
    const before = meter.spent;
    meter.run(ask);
    return meter.spent - before;
  };
  const known = depthScales(plainNetwork(at()));
  let scales: FormScales | null = null;
  expect(taken(() => (scales = formScales(plainNetwork(at()), data, known)))).toBeLessThan(100);
  for (const look of [
    () => scales?.trajectory,
    () => scales?.margin(4),
    () => scales?.kernel.at(20)?.signal,
  ]) {
    expect(taken(look)).toBeGreaterThan(100);
    expect(taken(look)).toBe(0);
  }
  // other layers are other ones
  expect(taken(() => scales?.kernel.at(10))).toBe(0);
  expect(taken(() => scales?.kernel.at(21))).toBeGreaterThan(0);
});

test('null where a scale is not known; no depth where the weights read nothing', () => {
  // (relu that sees nothing but its flat side)
  const silent = at({ activation: 'relu', input_shift: -997, sigma_w2: 491, sigma_b2: 0 });
  expect(depthScales(plainNetwork(silent)).reason).toBe('unknown');
  expect(formScales(plainNetwork(silent), data)).toBeNull();
  const none = formScales(plainNetwork(at({ sigma_w2: 0 })), data);
  expect([none?.trajectory, none?.margin(3), none?.kernel.at(1)]).toEqual([0, 0, null]);
});
