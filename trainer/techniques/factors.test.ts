import { expect, test } from 'vitest';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { drawNoise } from '../networks/model.ts';
import { createStream } from '../random/stream.ts';
import { allFed, expectMoments, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { expectFactorGradient, feedsOf, trainOneNoise } from '../testing/one-noise.ts';
import { bernoulli, beta, concrete, gaussian, none, readStrength, uniform } from './factors.ts';
import { techniques } from './index.ts';
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
  const { s1, variance } = computeNoise(name, readStrength(name, placeOf(given)));
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
  const drawn = drawNoise([undefined, layer(), layer()], createStream(7, 'two'));
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
    return drawNoise([undefined, layer(), layer()], createStream(7, 'same'));
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

test('factors have the moments of the theory', () => {
  for (const keep of [0.5, 0.8, 0.95])
    expectMoments(allFed(bernoulli, { keep }), computeNoise('bernoulli', { keep }));
});

test('there is no noise with keep 1, and never any of the technique none', () => {
  expect(bernoulli.layer(placeOf({ keep: 1 }))).toBeUndefined();
  expect(none.layer(placeOf({ keep: 0.5 }))).toBeUndefined();
});

test.each(
  listAvailableBackends().filter(({ dialect }) => dialect === 'plain'),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, bernoulli, { keep: 0.6 }));

test.each([
  [{ options: { noise_variance: 0.25 } }, computeNoise('gaussian', { variance: 0.25 })],
  [{ keep: 0.9 }, computeNoise('gaussian', { keep: 0.9 })],
])('factors of %o have the moments of the theory', (given, noise) => {
  expectMoments(allFed(gaussian, given), noise);
});

test('there is no noise without variance, and none to be seen with the noise off', () => {
  expect(gaussian.layer(placeOf({ keep: 1 }))).toBeUndefined();
  expect(gaussian.layer(placeOf({ keep: 0.5, options: { noise_variance: 0 } }))).toBeUndefined();
  expect(gaussian.layer(placeOf({ keep: 0.5 }))?.evaluate).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, gaussian, { keep: 0.6 }));

test.each([
  [{ options: { noise_low: 0, noise_high: 2 } }, computeNoise('uniform', { low: 0, high: 2 }), 0.75],
  [
    { options: { noise_low: 0.5, noise_high: 1.5 } },
    computeNoise('uniform', { low: 0.5, high: 1.5 }),
    12 / 13,
  ],
  [{ options: { noise_high: 3 } }, computeNoise('uniform', { high: 3 }), 12 / 13],
  [{ keep: 0.6 }, computeNoise('uniform', { keep: 0.6 }), 0.6],
])('factors of %o have the moments of the theory and lie where they should', (given, noise, keep) => {
  const factors = allFed(uniform, given);
  expectMoments(factors, noise);
  expect(keepEffective(noise)).toBeCloseTo(keep, 12);
  const reach = Math.sqrt(3 * noise.variance);
  for (const side of [-1, 1]) {
    const end = side * factors.reduce((most, one) => Math.max(most, side * one), -9);
    expect(Math.abs(end - (noise.s1 + side * reach))).toBeLessThan(1e-3 * reach);
  }
});

test.each(
  listAvailableBackends(),
)('$name: with the noise off, activations have the factors’ mean', async (backend) => {
  const options = { noise_low: 0, noise_high: 1 };
  const layer = uniform.layer(placeOf({ dialect: backend.dialect, options })) as NoiseLayer;
  const x = scattered(30);
  const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
  const { logits } = await trainer.evaluate(feedsOf(labels, undefined));
  expect([...logits]).toEqual([...x].map((one) => one / 2));
  await trainer.release();
  expect(uniform.layer(placeOf({ keep: 0.6 }))?.evaluate).toBeUndefined();
});

test('there is no noise where both ends are 1', () => {
  expect(uniform.layer(placeOf({ options: { noise_low: 1 } }))).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, uniform, { options: { noise_low: -0.5, noise_high: 2 } }));

test.each([
  [1, 1, 0.75],
  [0.5, 0.5, 2 / 3],
  [4, 1, 0.96],
])('factors of Beta(%d, %d) have the moments of the theory', (a, b, keep) => {
  const noise = computeNoise('beta', { a, b });
  expect(keepEffective(noise)).toBeCloseTo(keep, 12);
  expectMoments(allFed(beta, { options: { noise_a: a, noise_b: b } }), noise);
});

test('it is Beta(1, 1) where the plan says nothing, and keep does not matter', () => {
  expectMoments(allFed(beta, { keep: 0.3 }), computeNoise('beta', { a: 1, b: 1 }));
  expect(beta.layer(placeOf({}))?.evaluate).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, beta, { options: { noise_a: 0.5, noise_b: 2 } }));

// effective keep and mean as published simulations have them
test.each([
  [0.8, 0.1, 0.8148, 0.998],
  [0.8, 2 / 3, 0.8678, 0.9389],
  [0.9, 1, 0.9365, 0.907],
  [0.5, 1, 0.75, 1],
])('factors with keep %d and temperature %d have the moments of the theory', (keep, temperature, effective, mean) => {
  const noise = computeNoise('concrete', { keep, temperature });
  expect(keepEffective(noise)).toBeCloseTo(effective, 4);
  expect(Math.abs(noise.s1 - mean)).toBeLessThan(6e-4);
  expectMoments(allFed(concrete, { keep, options: { noise_temperature: temperature } }), noise);
});

test('at a temperature near 0 it is dropout, and none with keep 1', () => {
  const factors = allFed(concrete, { keep: 0.8, options: { noise_temperature: 1e-6 } });
  // (keep is a multiple of 2⁻¹⁶ there)
  expect(factors.every((one) => one < 1e-6 || Math.abs(one - 1.25) < 1e-4)).toBe(true);
  expectMoments(factors, computeNoise('bernoulli', { keep: 0.8 }));
  expect(concrete.layer(placeOf({ keep: 1 }))).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: with the noise off, activations have the factors’ mean', async (backend) => {
  const options = { noise_temperature: 2 / 3 };
  const layer = concrete.layer(placeOf({ keep: 0.8, dialect: backend.dialect, options })) as NoiseLayer;
  const x = scattered(30);
  const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
  const { logits } = await trainer.evaluate(feedsOf(labels, undefined));
  const { s1 } = computeNoise('concrete', { keep: 0.8, temperature: 2 / 3 });
  for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(s1 * (x[i] as number), 6);
  await trainer.release();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, concrete, { keep: 0.7, options: { noise_temperature: 0.5 } }));
