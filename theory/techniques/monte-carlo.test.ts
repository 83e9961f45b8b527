import { describe, expect, test } from 'vitest';
import type { Noise, ShiftMoments } from '../noise.ts';
import { NOISE_DRAWS, normal } from '../testing/noise-draws.ts';
import { random } from '../testing/random.ts';
import { computeNoise } from './index.ts';

const DRAWS = 50000;

describe('moments of draws, within four standard errors', () => {
  test.each(NOISE_DRAWS)('%s', (_, noise, draw) => {
    const next = random(20);
    type Name = Exclude<keyof Noise, 'shifts'> | keyof ShiftMoments;
    const sums = new Map<Name, { sum: number; square: number }>();
    const add = (name: Name, value: number) => {
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
      add('s3', s ** 3);
      add('s4', s ** 4);
      add('t1', t);
      add('t2', t * t);
      add('st', s * t);
      add('s2t', s * s * t);
      add('s3t', s ** 3 * t);
      add('s2t2', s * s * t * t);
      add('st2', s * t * t);
      add('st3', s * t ** 3);
      add('t3', t ** 3);
      add('t4', t ** 4);
    }
    const moments: Partial<Record<Name, number>> = { ...noise, ...noise.shifts };
    for (const [name, { sum, square }] of sums) {
      const mean = sum / DRAWS;
      const error = Math.sqrt(Math.max(square / DRAWS - mean * mean, 0) / DRAWS);
      expect(Math.abs(mean - (moments[name] ?? 0)), name).toBeLessThan(4 * error + 1e-7);
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
  expect(square / units).toBeCloseTo(computeNoise('vsd', { mean_alpha }).s2, 12);
});
