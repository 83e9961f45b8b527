import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import type { Noise } from '../noise.ts';
import { layersOf } from '../testing/layers.ts';
import { random } from '../testing/random.ts';
import { noisyAverages } from '../trajectory/averages.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { computeNoise } from './index.ts';

const { elu, linear, selu } = ACTIVATIONS;

test('the five moments', () => {
  const [k, x0] = [0.9, -1.7580993];
  const a = (k + x0 * x0 * k * (1 - k)) ** -0.5;
  const { s1, s2, t1, t2, st } = computeNoise('alpha', { keep: k });
  expect(s1).toBeCloseTo(a * k, 7);
  expect(s2).toBeCloseTo(a * a * k, 7);
  expect(t1).toBe(0);
  expect(t2).toBeCloseTo(a * a * k * (1 - k) * x0 * x0, 7);
  expect(st).toBeCloseTo(-a * a * k * (1 - k) * x0, 7);
});

test('inputs of mean 0 and variance 1 keep both', () => {
  for (const keep of [0.3, 0.9]) {
    // a linear φ at q = 1 has E[φ] = 0 and E[φ²] = 1
    expect(noisyAverages(linear, 1, computeNoise('alpha', { keep }), 0).square).toBeCloseTo(1, 14);
  }
});

test('selu, sigma_w2 1, keep .9: q after layers 1, 4, 8 from q0 = 1.5', () => {
  const noise = computeNoise('alpha', { keep: 0.9 });
  const after = (of: Noise) => {
    const layers = layersOf({ depth: 8, sigma_w2: 1, sigma_b2: 0, noise: of });
    const { rows } = trajectory(selu, layers, { q0: 1.5, c0: 1 });
    return [1, 4, 8].map((layer) => Number(rows[layer]?.q?.toFixed(3)));
  };
  expect(after(noise)).toEqual([1.297, 1.068, 1.01]);
  // multiplication alone is another noise
  const { s1, s2, variance } = noise;
  expect(after({ s1, s2, variance })).toEqual([1.049, 0.536, 0.359]);
});

test('selu at its fixed point q = 1: as destructive as dropout with keep .69', () => {
  const layers = layersOf({
    depth: 1,
    sigma_w2: 1,
    sigma_b2: 0,
    noise: computeNoise('alpha', { keep: 0.9 }),
  });
  const { rows } = trajectory(selu, layers, { q0: 1, c0: 1 });
  expect(rows[1]?.q).toBeCloseTo(1, 14);
  expect(rows[1]?.c).toBeCloseTo(0.687, 3);
});

test('the maps are those of random networks with the noise drawn', () => {
  // One wide layer: E[(s φ + t)²], and E[(s φ + t)(s′ φ′ + t′)] for two inputs of correlation .5
  const next = random(3);
  const keep = 0.8;
  const x0 = -1.7580993;
  const a = (keep + x0 * x0 * keep * (1 - keep)) ** -0.5;
  const drop = (x: number) => a * ((next() < keep ? x : x0) - (1 - keep) * x0);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const draws = 100000;
  const sums = { one: 0, one2: 0, two: 0, two2: 0 };
  for (let i = 0; i < draws; i++) {
    const [x, y] = [normal(), normal()];
    const [one, other] = [drop(elu.phi(x)), drop(elu.phi(x / 2 + Math.sqrt(0.75) * y))];
    sums.one += one * one;
    sums.one2 += one ** 4;
    sums.two += one * other;
    sums.two2 += (one * other) ** 2;
  }
  const layers = layersOf({ depth: 1, sigma_w2: 1, sigma_b2: 0, noise: computeNoise('alpha', { keep }) });
  const { q, c } = trajectory(elu, layers, { q0: 1, c0: 0.5 }).rows[1] as { q: number; c: number };
  const within = (sum: number, square: number, expected: number) => {
    const mean = sum / draws;
    const error = Math.sqrt((square / draws - mean * mean) / draws);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error);
  };
  within(sums.one, sums.one2, q);
  within(sums.two, sums.two2, q * c);
});
