import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { layersOf } from '../testing/layers.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { gradientProfile } from './profile.ts';
import { dropoutMoments } from './quartics.ts';

const { linear, relu, tanh } = ACTIVATIONS;

test('documented products along a trajectory: tanh 1.5, 0.05, no noise, from c 0.3 at the first of 40 layers', () => {
  const layers = layersOf({ depth: 39, sigma_w2: 1.5, sigma_b2: 0.05, noise: NO_NOISE });
  const rows = gradientProfile(tanh, layers, { q0: 0.418037200533, c0: 0.3 });
  const expected = [0.701, 0.484, 0.2147, 0.0796, 0.0243];
  [5, 10, 20, 30, 39].forEach((K, i) => {
    expect(rows[39 - K]?.pair).toBeCloseTo(expected[i] as number, 3);
    expect((rows[39 - K]?.single as number) / 0.938636268199 ** K).toBeCloseTo(1, 8);
  });
});

test('IC layers: what the weights see has second moment s2, and shares s12 K(c) of it', () => {
  const stack = {
    sigma_w2: 1.5,
    sigma_b2: 0.2,
    noise: computeNoise('ic', { keep: 0.8 }),
    batch_norm: true,
    depth: 2,
  } as const;
  const rows = gradientProfile(relu, layersOf(stack), { q0: 1, c0: 0.6 });
  const followed = trajectory(relu, layersOf(stack), { q0: 1, c0: 0.6 }).rows;
  expect(rows[0]?.single).toBeCloseTo(followed[0]?.gradient_1 as number, 13);
  expect(rows[0]?.pair).toBeCloseTo(followed[0]?.gradient_2 as number, 13);
  expect(rows[1]?.weight_single).toBeCloseTo(1.25, 13);
  // K of relu: the kernel less its value at 0, over the variance
  const kernel = (c: number) => (Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c - 1) / (Math.PI - 1);
  expect(rows[0]?.weight_pair).toBeCloseTo((followed[1]?.gradient_2 as number) * kernel(0.6), 12);
  expect(() => gradientProfile(relu, layersOf({ ...stack, mode: 'eval' }), { q0: 1, c0: 0.6 })).toThrow(
    'training',
  );
});

test('widths, the read-out, and weights: linear with bias at its fixed point', () => {
  const [sigma_w2, sigma_b2, keep] = [0.5, 0.1, 0.8];
  const layers = layersOf({ depth: 3, sigma_w2, sigma_b2, noise: dropoutMoments(keep) });
  const q = sigma_b2 / (1 - sigma_w2 / keep);
  const q_ab = sigma_b2 / (1 - sigma_w2);
  const rows = gradientProfile(
    linear,
    layers,
    { q0: q, c0: q_ab / q },
    { widths: [10, 20, 40, 80], cosine: 0.5 },
  );
  expect(rows[0]?.single).toBeCloseTo((sigma_w2 / keep) ** 3 * 8, 12);
  expect(rows[0]?.pair).toBeCloseTo(0.5 * sigma_w2 ** 3 * 8, 12);
  expect(rows[2]?.weight_single).toBeCloseTo(q / keep, 12);
  expect(rows[2]?.weight_pair).toBeCloseTo(0.5 * q_ab, 12);
  expect(rows[3]).toEqual({ layer: 3, single: 1, pair: 0.5, weight_single: null, weight_pair: null });
});

test('what is refused, and numbers out of range', () => {
  const layers = layersOf({ depth: 1, sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE });
  const start = { q0: 1, c0: 1 };
  expect(() => gradientProfile(linear, layers, start, { widths: [1] })).toThrow('2 positive');
  expect(() => gradientProfile(linear, layers, start, { cosine: 2 })).toThrow('cosine');
  const skip = layersOf({ depth: 1, sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE, carry: 1 });
  expect(() => gradientProfile(linear, skip, start)).toThrow('skip');
  const huge = layersOf({ depth: 2, sigma_w2: 1e200, sigma_b2: 0, noise: NO_NOISE });
  expect(gradientProfile(linear, huge, start)[0]?.single).toBeNull();
});
