import { expect, test } from 'vitest';
import { TECHNIQUES } from '../../theory/index.ts';
import { stream } from '../random/stream.ts';
import { noiseFeeds } from '../run/noise-feeds.ts';
import { bernoulli } from './bernoulli.ts';
import { gaussian } from './gaussian.ts';
import type { Place, Technique } from './technique.ts';

const [BATCH, UNITS, STEPS] = [20, 50, 200];
const N = BATCH * UNITS * STEPS;

const place = (changes: Partial<Place> = {}): Place => ({
  layer: 1,
  keep: 0.8,
  batch: BATCH,
  units: UNITS,
  fanOut: UNITS,
  dialect: 'plain',
  options: {},
  ...changes,
});

/** The factors of one layer, step after step. */
function factors(technique: Technique, at: Place): Float32Array[] {
  const feeds = noiseFeeds([undefined, technique.layer(at)], stream(6, technique.name));
  return Array.from({ length: STEPS }, () => Float32Array.from(feeds()['noise 1'] as Float32Array));
}

test.each([
  ['bernoulli', bernoulli, {}, 0.25],
  ['gaussian, from keep', gaussian, {}, 0.25],
  ['gaussian, from its variance', gaussian, { keep: 1, options: { noise_variance: 0.6 } }, 0.6],
] as const)('factors of %s have mean 1, their variance, and no correlation over units and steps', (_, technique, changes, variance) => {
  const rows = factors(technique, place(changes));
  const mean = (f: (step: number, unit: number) => number) => {
    let sum = 0;
    for (let s = 1; s < STEPS; s++) for (let u = 1; u < BATCH * UNITS; u++) sum += f(s, u);
    return sum / ((STEPS - 1) * (BATCH * UNITS - 1));
  };
  const at = (s: number, u: number) => (rows[s]?.[u] as number) - 1;
  const within = (found: number, expected: number, deviation: number) =>
    expect(Math.abs(found - expected)).toBeLessThan((4 * deviation) / Math.sqrt(N));
  within(mean(at), 0, Math.sqrt(variance));
  // the square's standard deviation is at most that of a gaussian's for these
  within(
    mean((s, u) => at(s, u) ** 2),
    variance,
    Math.sqrt(2) * variance * 2,
  );
  within(
    mean((s, u) => at(s, u) * at(s - 1, u)),
    0,
    variance,
  );
  within(
    mean((s, u) => at(s, u) * at(s, u - 1)),
    0,
    variance,
  );
});

test('the second moments are those of the theory', () => {
  for (const [technique, keep] of [
    ['bernoulli', 0.8],
    ['gaussian', 0.8],
  ] as const)
    expect(TECHNIQUES[technique].noise({ keep }).s2).toBeCloseTo(1.25, 12);
});

test('bits and factors are the same draws', () => {
  const feeds = (dialect: Place['dialect']) =>
    noiseFeeds(
      [undefined, bernoulli.layer(place({ dialect })), bernoulli.layer(place({ dialect }))],
      stream(7, 'same'),
    );
  const [bits, numbers] = [feeds('ort-training'), feeds('plain')];
  for (let step = 0; step < 5; step++) {
    const [a, b] = [bits(), numbers()];
    for (const name of ['noise 1', 'noise 2'])
      expect(Array.from(a[name] as Uint8Array, (bit) => bit * 1.25)).toEqual(
        Array.from(b[name] as Float32Array),
      );
  }
});

test('what changes nothing is left out of the graph', () => {
  expect(bernoulli.layer(place({ keep: 1 }))).toBeUndefined();
  expect(gaussian.layer(place({ keep: 1 }))).toBeUndefined();
  expect(gaussian.layer(place({ keep: 1, options: { noise_variance: 0.1 } }))).toBeDefined();
});
