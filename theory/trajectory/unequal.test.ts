import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { normalMean } from '../testing/averages.ts';
import { layersOf } from '../testing/layers.ts';
import { estimate, randomNetworks } from '../testing/random-network.ts';
import { NO_NOISE } from './layers.ts';
import { trajectory } from './trajectory.ts';

const { erf, linear, relu, selu, sigmoid, tanh } = ACTIVATIONS;

describe('one layer, against the definitions with independent averages', () => {
  const cases = [
    ['tanh', tanh, computeNoise('bernoulli', { keep: 0.8 }), 0],
    ['sigmoid', sigmoid, computeNoise('gaussian', { variance: 0.3 }), 0.5],
    ['selu', selu, computeNoise('alpha', { keep: 0.9 }), 0.4],
    ['relu', relu, computeNoise('uniform', { low: 0.2, high: 1.5 }), 1],
  ] as const;
  test.each(cases)('%s', (_, activation, noise, mask) => {
    const [q_a, q_b, c, sigma_w2, sigma_b2] = [0.7, 2.3, 0.45, 1.4, 0.1];
    const { phi, derivative, kinks } = activation;
    const { s1, s2, variance, t1 = 0, t2 = 0, st = 0 } = noise;
    const alone = (f: (x: number) => number, q: number) => normalMean(f, 0, Math.sqrt(q), kinks);
    const ratio = c * Math.sqrt(q_b / q_a);
    const rest = Math.sqrt(q_b * (1 - c * c));
    const both = (f: (x: number) => number) =>
      normalMean(
        (u) => f(u) * normalMean(f, ratio * u, rest, kinks),
        0,
        Math.sqrt(q_a),
        [...kinks, ...kinks.map((kink) => kink / ratio)],
        rest / ratio,
      );
    const next = (q: number) =>
      sigma_w2 * (s2 * alone((x) => phi(x) ** 2, q) + 2 * st * alone(phi, q) + t2) + sigma_b2;
    const shared = (own: number, same: number) => (1 - mask) * own + mask * same;
    const product =
      (s1 * s1 + mask * variance) * both(phi) +
      shared(s1 * t1, st) * (alone(phi, q_a) + alone(phi, q_b)) +
      shared(t1 * t1, t2);
    const layers = layersOf({ depth: 1, sigma_w2, sigma_b2, noise, mask });
    const { rows } = trajectory(activation, layers, { q0: q_a, q0_b: q_b, c0: c });
    expect(rows[1]?.q).toBeCloseTo(next(q_a), 11);
    expect(rows[1]?.q_b).toBeCloseTo(next(q_b), 11);
    const wanted = (sigma_w2 * product + sigma_b2) / Math.sqrt(next(q_a) * next(q_b));
    expect(rows[1]?.c).toBeCloseTo(wanted, 11);
    expect(rows[0]?.chi_c).toBeCloseTo(sigma_w2 * (s1 * s1 + mask * variance) * both(derivative), 11);
    const chi = (q: number) => sigma_w2 * s2 * alone((x) => derivative(x) ** 2, q);
    expect(rows[0]?.chi_1).toBeCloseTo(chi(q_a), 11);
    expect(rows[0]?.chi_1_b).toBeCloseTo(chi(q_b), 11);
  });
});

test('it becomes the trajectory of equal variances, and is it from the start', () => {
  const stack = {
    depth: 260,
    sigma_w2: 1.8,
    sigma_b2: 0.05,
    noise: computeNoise('bernoulli', { keep: 0.95 }),
  };
  for (const activation of [tanh, erf]) {
    const far = trajectory(activation, layersOf(stack), { q0: 0.1, q0_b: 6, c0: 0.3 }).rows;
    const equal = trajectory(activation, layersOf(stack), { q0: 1, c0: 0.3 }).rows;
    expect(far[260]?.q_b).toBeCloseTo(far[260]?.q as number, 13);
    expect(far[260]?.c).toBeCloseTo(equal[260]?.c as number, 12);
    expect(far[259]?.chi_c).toBeCloseTo(equal[259]?.chi_c as number, 12);
    const near = trajectory(activation, layersOf(stack), { q0: 1, q0_b: 1 + 1e-9, c0: 0.3 }).rows;
    near.forEach((row, l) => {
      expect(row.c).toBeCloseTo(equal[l]?.c as number, 8);
    });
    const same = trajectory(activation, layersOf({ ...stack, depth: 3 }), { q0: 1, q0_b: 1, c0: 0.3 }).rows;
    expect(same.map(({ c }) => c)).toEqual(equal.slice(0, 4).map(({ c }) => c));
    expect(same.every(({ q, q_b }) => q === q_b)).toBe(true);
  }
});

test('scales come out of homogeneous activations, however far apart they are', () => {
  const stack = { depth: 400, sigma_w2: 4, sigma_b2: 0, noise: computeNoise('bernoulli', { keep: 0.9 }) };
  const { rows, leaves_float32 } = trajectory(relu, layersOf(stack), { q0: 1e-30, q0_b: 1e30, c0: 0.2 });
  expect(rows[400]).toMatchObject({ c: expect.closeTo(0.62714588494921, 12), q_b: expect.any(Number) });
  expect(leaves_float32).toBe(25);
  const skipped = layersOf({ depth: 2, sigma_w2: 1, sigma_b2: 0.5, noise: NO_NOISE, carry: 1, branch: 2 });
  const [, , last] = trajectory(linear, skipped, { q0: 1, q0_b: 4, c0: 1 }).rows;
  // q′ = 3 q + 1, q_ab′ = 3 q_ab + 1
  expect([last?.q, last?.q_b]).toEqual([13, 40]);
  expect(last?.c).toBeCloseTo(22 / Math.sqrt(13 * 40), 14);
});

test('random networks of width 1000 with inputs of two sizes, within four standard errors and 5/N', () => {
  const [start, network] = [
    { q0: 0.3, q0_b: 4, c0: 0.6 },
    { sigma_w2: 1.8, sigma_b2: 0.05, depth: 3, width: 1000, keep: 0.8 },
  ];
  const draw = randomNetworks({ ...tanh, ...network, ...start, read_out: 'fixed' }, 5);
  const found = Array.from({ length: 6 }, draw);
  const layers = layersOf({ ...network, noise: computeNoise('bernoulli', { keep: 0.8 }) });
  const { rows } = trajectory(tanh, layers, start);
  rows.forEach((row, l) => {
    const check = (of: (one: (typeof found)[number]) => number, wanted: number) => {
      const { mean, error } = estimate(found.map(of));
      expect(Math.abs(mean - wanted), `layer ${l}: ${mean} for ${wanted}`).toBeLessThan(
        4 * error + (5 / network.width) * Math.abs(wanted),
      );
    };
    check(({ aa }) => aa[l] as number, row.q as number);
    check(({ bb }) => bb[l] as number, row.q_b as number);
    check(({ aa, bb, ab }) => (ab[l] as number) / Math.sqrt((aa[l] as number) * (bb[l] as number)), row.c);
    check(({ gbb }) => (gbb[l] as number) / (gbb[3] as number), row.gradient_1_b as number);
    check(({ gab }) => (gab[l] as number) / (gab[3] as number), row.gradient_2 as number);
  });
});

test('what is refused', () => {
  expect(() => trajectory(tanh, [], { q0: 1, q0_b: 0, c0: 0 })).toThrow('q0_b');
  const ic = layersOf({ depth: 1, sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE, batch_norm: true });
  expect(() => trajectory(tanh, ic, { q0: 1, q0_b: 2, c0: 0 })).toThrow('q0_b');
});
