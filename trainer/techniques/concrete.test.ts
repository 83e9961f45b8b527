import { expect, test } from 'vitest';
import { keepEffective, noiseOf } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMoments, placeOf, scattered } from '../testing/noise.ts';
import { alone, expectFactorGradient, feedsOf } from '../testing/one-noise.ts';
import { concrete } from './concrete.ts';
import type { NoiseLayer } from './technique.ts';

// effective keep and mean as published simulations have them
test.each([
  [0.8, 0.1, 0.8148, 0.998],
  [0.8, 2 / 3, 0.8678, 0.9389],
  [0.9, 1, 0.9365, 0.907],
  [0.5, 1, 0.75, 1],
])('factors with keep %d and temperature %d have the moments of the theory', (keep, temperature, effective, mean) => {
  const noise = noiseOf('concrete', { keep, temperature });
  expect(keepEffective(noise)).toBeCloseTo(effective, 4);
  expect(Math.abs(noise.s1 - mean)).toBeLessThan(6e-4);
  expectMoments(allFed(concrete, { keep, options: { noise_temperature: temperature } }), noise);
});

test('at a temperature near 0 it is dropout, and none with keep 1', () => {
  const factors = allFed(concrete, { keep: 0.8, options: { noise_temperature: 1e-6 } });
  // (keep is a multiple of 2⁻¹⁶ there)
  expect(factors.every((one) => one < 1e-6 || Math.abs(one - 1.25) < 1e-4)).toBe(true);
  expectMoments(factors, noiseOf('bernoulli', { keep: 0.8 }));
  expect(concrete.layer(placeOf({ keep: 1 }))).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: with the noise off, activations have the factors’ mean', async (backend) => {
  const options = { noise_temperature: 2 / 3 };
  const layer = concrete.layer(placeOf({ keep: 0.8, dialect: backend.dialect, options })) as NoiseLayer;
  const x = scattered(30);
  const { trainer, labels } = await alone(backend, layer, x, 5);
  const { logits } = await trainer.evaluate(feedsOf(labels, undefined));
  const { s1 } = noiseOf('concrete', { keep: 0.8, temperature: 2 / 3 });
  for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(s1 * (x[i] as number), 6);
  await trainer.release();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, concrete, { keep: 0.7, options: { noise_temperature: 0.5 } }));
