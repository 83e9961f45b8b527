import { expect, test } from 'vitest';
import { depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { unequalPair } from '../pairs/unequal.ts';
import { layersOf } from '../testing/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { ACTIVATIONS } from './index.ts';

const { relu_squared } = ACTIVATIONS;

const network = { activation: 'relu_squared', mask: 'independent', technique: 'none', q0: 1 } as const;

test('with a bias q settles at the lower root of its quadratic equation, where there is one', () => {
  const [w, b] = [0.8, 0.1];
  const root = Math.sqrt(1 - 6 * w * b);
  const row = depthScales(plainNetwork({ ...network, sigma_w2: w, sigma_b2: b, q0: 0.5 }));
  expect(row.fixed_points.map(({ q }) => q)).toEqual([
    expect.closeTo((1 - root) / (3 * w), 13),
    expect.closeTo((1 + root) / (3 * w), 13),
  ]);
  expect(row).toMatchObject({ status: 'bistable', q_star: expect.closeTo((1 - root) / (3 * w), 13) });
  expect(row.chi_q).toBeCloseTo(1 - root, 12);
  expect(row.chi_1).toBeCloseTo((2 / 3) * (1 - root), 12);
});

test('from a large q0 it diverges, faster than any rate, and c settles at that of the kernel of order two', () => {
  const row = depthScales(plainNetwork({ ...network, sigma_w2: 2, sigma_b2: 0.1, q0: 100 }));
  expect(row).toMatchObject({
    status: 'diverges',
    reason: 'unbounded',
    q_star: null,
    chi_q: null,
    chi_1: null,
    chi_aligned: null,
    xi_1: 0,
    gradient: 'exploding',
    phase: 'chaotic',
  });
  // c* of J₂(θ) / 3π = cos θ, by bisection
  const excess = (c: number) => {
    const t = Math.acos(c);
    return (3 * Math.sin(t) * c + (Math.PI - t) * (1 + 2 * c * c)) / (3 * Math.PI) - c;
  };
  let [low, high] = [0, 0.9];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  expect(row.c_star).toBeCloseTo(low, 12);
  // q = 100, 2·1.5·100² + .1, …: the ninth layer is beyond float32
  let [q, layers] = [100, 0];
  for (; q < 3.4e38; layers++) q = 3 * q * q + 0.1;
  expect(row.max_depth_high).toBe(Math.min(layers, 12 * (row.xi_2 as number)));
});

test('without a bias it collapses from below its unstable point', () => {
  const row = depthScales(plainNetwork({ ...network, sigma_w2: 1, sigma_b2: 0, q0: 0.6 }));
  expect(row).toMatchObject({
    status: 'collapses',
    q_star: 0,
    chi_q: 0,
    chi_1: 0,
    xi_1: 0,
    gradient: 'vanishing',
  });
  expect(row.fixed_points[1]?.q).toBeCloseTo(2 / 3, 14);
});

test('layer by layer, numbers out of range are null and the others right', () => {
  const layers = layersOf({ depth: 12, sigma_w2: 2, sigma_b2: 0, noise: { s1: 1, s2: 1, variance: 0 } });
  const { rows, leaves_float32 } = trajectory(relu_squared, layers, { q0: 100, c0: 0.5 });
  let q = 100;
  for (const row of rows) {
    if (Number.isFinite(q)) expect((row.q as number) / q).toBeCloseTo(1, 12);
    else expect(row.q).toBeNull();
    // twice the weight variance times q
    if (q < 1e150 && row.layer < 12) expect((row.chi_1 as number) / (4 * q)).toBeCloseTo(1, 12);
    else expect(row.chi_1).toBeNull();
    expect(row.c).toBeGreaterThan(0.1);
    expect(row.c).toBeLessThan(0.9);
    q = 3 * q * q;
  }
  expect(leaves_float32).toBe(4);
  const falling = trajectory(relu_squared, layers, { q0: 1e-30, c0: 0.5 }).rows;
  expect((falling[2]?.q as number) / (27 * 1e-120)).toBeCloseTo(1, 12);
  expect((falling[2]?.chi_1 as number) / (4 * 27 * 1e-120)).toBeCloseTo(1, 12);
});

test('inputs of different variance: the norms come out of the kernel', () => {
  for (const [a, b, m] of [
    [1, 4, 0.3],
    [1e-3, 20, 1],
    [2, 0.1, 1.7],
  ] as const) {
    const { gap, slope } = relu_squared.pair(1)(m);
    const found = unequalPair(relu_squared, a, b)(m);
    expect(found.overlap).toBeCloseTo(Math.sqrt(a * b) * (1.5 - gap), 12);
    expect(found.slope).toBeCloseTo(Math.sqrt(a * b) * slope, 12);
  }
});
