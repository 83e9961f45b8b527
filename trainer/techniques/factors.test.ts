import { expect, test } from 'vitest';
import { noiseOf } from '../../theory/index.ts';
import { drawNoise } from '../networks/noise.ts';
import { stream } from '../random/stream.ts';
import { fedOver, placeOf } from '../testing/noise.ts';
import { techniques } from './index.ts';
import { strengthOf } from './strength.ts';
import type { NoiseLayer, Place } from './technique.ts';

const [BATCH, UNITS, STEPS] = [20, 50, 200];

const layerOf = (name: keyof typeof techniques, given: Partial<Place>) =>
  techniques[name].layer(placeOf({ batch: BATCH, units: UNITS, ...given })) as NoiseLayer;

test.each([
  ['bernoulli', { keep: 0.8 }],
  ['bernoulli', { keep: 0.97 }],
  ['gaussian', { keep: 0.8 }],
  ['uniform', { keep: 0.8 }],
  ['beta', { options: { noise_a: 0.5, noise_b: 2 } }],
  ['concrete', { keep: 0.8 }],
  ['alpha', { keep: 0.8 }],
  ['ic', { keep: 0.8 }],
] as const)('factors of %s with %o are independent over units and over steps', (name, given) => {
  const rows = fedOver(layerOf(name, given), 6, STEPS);
  const { s1, variance } = noiseOf(name, strengthOf(name, placeOf(given)));
  const at = (s: number, u: number) => ((rows[s]?.[u] as number) - s1) / Math.sqrt(variance);
  for (const [dStep, dUnit] of [
    [1, 0],
    [2, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    let sum = 0;
    for (let s = dStep; s < STEPS; s++)
      for (let u = dUnit; u < BATCH * UNITS; u++) sum += at(s, u) * at(s - dStep, u - dUnit);
    const count = (STEPS - dStep) * (BATCH * UNITS - dUnit);
    expect(Math.abs(sum / Math.sqrt(count)), `${dStep} steps, ${dUnit} units`).toBeLessThan(4);
  }
});

test('layers of one strength share a source, one after the other, and are independent', () => {
  const layer = () => layerOf('bernoulli', { keep: 0.8 });
  const drawn = drawNoise([undefined, layer(), layer()], stream(7, 'two'));
  let sum = 0;
  for (let step = 0; step < STEPS; step++) {
    const { 'noise 1': a, 'noise 2': b } = drawn() as Record<string, Float32Array>;
    for (const [u, one] of a?.entries() ?? []) sum += ((one - 1) * ((b?.[u] as number) - 1)) / 0.25;
  }
  expect(Math.abs(sum / Math.sqrt(STEPS * BATCH * UNITS))).toBeLessThan(4);
});

test('bits and factors are the same draws', () => {
  const feeds = (dialect: Place['dialect']) => {
    const layer = () => layerOf('bernoulli', { keep: 0.8, dialect });
    return drawNoise([undefined, layer(), layer()], stream(7, 'same'));
  };
  const [bits, numbers] = [feeds('ort-training'), feeds('plain')];
  for (let step = 0; step < 5; step++) {
    const [a, b] = [bits(), numbers()];
    for (const name of ['noise 1', 'noise 2'])
      expect(Array.from(a[name] as Uint8Array, (bit) => bit * 1.25)).toEqual(
        Array.from(b[name] as Float32Array),
      );
  }
});
