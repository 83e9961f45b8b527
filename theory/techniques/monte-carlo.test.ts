import { describe, expect, test } from 'vitest';
import type { Noise } from '../noise.ts';
import { random } from '../testing/random.ts';
import { noiseOf } from './find.ts';

const DRAWS = 50000;

/** Draws of s, and of t where there is one. */
type Draw = (next: () => number) => number | readonly [s: number, t: number];

const normal = (next: () => number) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const mask = (keep: number) => (next: () => number) => (next() < keep ? 1 / keep : 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** A Gamma variable with a whole or half-whole shape. */
const gamma = (shape: number, next: () => number) => {
  let sum = shape % 1 === 0 ? 0 : normal(next) ** 2 / 2;
  for (let k = 1; k <= shape; k++) sum -= Math.log(1 - next());
  return sum;
};

const cases: [string, Noise, Draw][] = [
  ['bernoulli', noiseOf('bernoulli', { keep: 0.8 }), mask(0.8)],
  ['ic', noiseOf('ic', { keep: 0.95 }), mask(0.95)],
  ['gaussian', noiseOf('gaussian', { variance: 0.25 }), (next) => 1 + 0.5 * normal(next)],
  ['uniform', noiseOf('uniform', { low: 0.2, high: 1.5 }), (next) => 0.2 + 1.3 * next()],
  ['uniform keep', noiseOf('uniform', { keep: 0.6 }), (next) => 1 + Math.sqrt(2) * (2 * next() - 1)],
  [
    'beta',
    noiseOf('beta', { a: 0.5, b: 2 }),
    (next) => {
      const [a, b] = [gamma(0.5, next), gamma(2, next)];
      return (a / (a + b)) * 5;
    },
  ],
  [
    'concrete',
    noiseOf('concrete', { keep: 0.8, temperature: 0.4 }),
    (next) => {
      const u = next();
      return sigmoid((Math.log(4) + Math.log(u / (1 - u))) / 0.4) / 0.8;
    },
  ],
  ['tabu', noiseOf('tabu', { drop: 0.5, tenure: 2 }), mask(0.75)],
  [
    'vsd, one reflection',
    noiseOf('vsd', { mean_alpha: 0.3 }),
    // the unit-averaged draw of two units of equal alpha; a reflection across (1, 2) leaves the noise as it is
    (next) => {
      const [x, y] = [normal(next), normal(next)].map((z) => Math.sqrt(0.3) * z) as [number, number];
      const turned = (2 * (x + 2 * y)) / 5;
      return 1 + x - turned;
    },
  ],
  [
    'advanced',
    noiseOf('advanced', { mu: 0.7, sigma: 1.5 }),
    (next) => sigmoid(0.7 + 1.5 * normal(next)) / sigmoid(0.7 / Math.sqrt(1 + (3.14 / 8) * 2.25)),
  ],
  [
    'alpha',
    noiseOf('alpha', { keep: 0.8 }),
    (next) => {
      const x0 = -1.7580993;
      const a = (0.8 + x0 * x0 * 0.8 * 0.2) ** -0.5;
      const b = -a * 0.2 * x0;
      return next() < 0.8 ? [a, b] : [0, a * x0 + b];
    },
  ],
];

describe('moments of draws, within four standard errors', () => {
  test.each(cases)('%s', (_, noise, draw) => {
    const next = random(20);
    const sums = new Map<keyof Noise, { sum: number; square: number }>();
    const add = (name: keyof Noise, value: number) => {
      const entry = sums.get(name) ?? { sum: 0, square: 0 };
      entry.sum += value;
      entry.square += value * value;
      sums.set(name, entry);
    };
    for (let i = 0; i < DRAWS; i++) {
      const drawn = draw(next);
      const [s, t] = typeof drawn === 'number' ? [drawn, 0] : drawn;
      add('s1', s);
      add('s2', s * s);
      add('s4', s ** 4);
      add('t1', t);
      add('t2', t * t);
      add('st', s * t);
    }
    for (const [name, { sum, square }] of sums) {
      const mean = sum / DRAWS;
      const error = Math.sqrt(Math.max(square / DRAWS - mean * mean, 0) / DRAWS);
      expect(Math.abs(mean - (noise[name] ?? 0)), name).toBeLessThan(4 * error + 1e-7);
    }
  });
});

test('vsd: the unit averages do not depend on the reflections', () => {
  const next = random(8);
  const units = 200;
  const alphas = Array.from({ length: units }, () => 0.1 + next());
  const vectors = [0, 1].map(() => Array.from({ length: units }, () => normal(next)));
  const reflected = (x: number[]) =>
    vectors.reduce((now, v) => {
      const along = v.reduce((sum, value, i) => sum + value * (now[i] as number), 0);
      const length = v.reduce((sum, value) => sum + value * value, 0);
      return now.map((value, i) => value - (2 * (v[i] as number) * along) / length);
    }, x);
  // E[ξ_i²] = (U1)_i² + Σ_k U_ik² α_k, from the columns of U
  const means = reflected(alphas.map(() => 1));
  let square = means.reduce((sum, value) => sum + value * value, 0);
  for (let k = 0; k < units; k++) {
    const column = reflected(alphas.map((_, i) => (i === k ? 1 : 0)));
    square += (alphas[k] as number) * column.reduce((sum, value) => sum + value * value, 0);
  }
  const mean_alpha = alphas.reduce((sum, value) => sum + value) / units;
  expect(square / units).toBeCloseTo(noiseOf('vsd', { mean_alpha }).s2, 12);
});
