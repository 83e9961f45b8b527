import { expect } from 'vitest';
import type { Noise } from '../../theory/index.ts';
import { createStream } from '../random/stream.ts';
import type { AnyFeed, NoiseLayer, Place, Technique } from '../techniques/technique.ts';

/** The learning rate of {@link placeOf}. */
export const LEARNING_RATE = 0.3;

/** A place in a network, the plan's numbers as given. */
export function placeOf(given: Partial<Place>): Place {
  return {
    keep: 1,
    batch: 6,
    units: 5,
    fanOut: 3,
    learningRate: LEARNING_RATE,
    dialect: 'plain',
    options: {},
    ...given,
  };
}

/** What a layer is fed at the first so many steps, one array a step. */
export function fedOver(layer: NoiseLayer | undefined, seed: number, steps: number): Float32Array[] {
  const feed = layer?.feed as Extract<AnyFeed, { type: 'float' }>;
  const fill = feed.source(createStream(seed, 'fed'));
  return Array.from({ length: steps }, () => {
    const into = new Float32Array(feed.shape.reduce((product, length) => product * length, 1));
    fill(into);
    return into;
  });
}

/** Expects independent factors to have the mean and the second moment of the theory, within four standard errors. */
export function expectMoments(values: ArrayLike<number>, { s1, s2, variance, s4 = Number.NaN }: Noise): void {
  const n = values.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    sum += values[i] as number;
    squares += (values[i] as number) ** 2;
  }
  expect(Math.abs(sum / n - s1), `mean ${sum / n}, not ${s1}`).toBeLessThan(4 * Math.sqrt(variance / n));
  expect(Math.abs(squares / n - s2), `second moment ${squares / n}, not ${s2}`).toBeLessThan(
    4 * Math.sqrt((s4 - s2 * s2) / n),
  );
}

/** Expects the mean of independent numbers, within four standard errors as they show themselves. */
export function expectMean(values: readonly number[], expected: number, what = 'mean'): void {
  const n = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1);
  expect(Math.abs(mean - expected), `${what}: ${mean}, not ${expected}`).toBeLessThan(
    4 * Math.sqrt(variance / n),
  );
}

/** Numbers in (−1, 1) that look random: the sines of whole numbers. */
export const scattered = (length: number, from = 1) =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + from) * 2.399963));

/** What a technique's layer is fed over 20 steps, 200,000 numbers unless the place says otherwise, as one list. */
export function allFed(technique: Technique, given: Partial<Place>): number[] {
  const layer = technique.layer(placeOf({ batch: 100, units: 100, ...given })) as NoiseLayer;
  return fedOver(layer, 1, 20).flatMap((factors) => [...factors]);
}
