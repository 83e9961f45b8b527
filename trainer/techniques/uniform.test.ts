import { expect, test } from 'vitest';
import { keepEffective, noiseOf } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMoments, placeOf, scattered } from '../testing/noise.ts';
import { alone, expectFactorGradient, feedsOf } from '../testing/one-noise.ts';
import type { NoiseLayer } from './technique.ts';
import { uniform } from './uniform.ts';

test.each([
  [{ options: { noise_low: 0, noise_high: 2 } }, noiseOf('uniform', { low: 0, high: 2 }), 0.75],
  [{ options: { noise_low: 0.5, noise_high: 1.5 } }, noiseOf('uniform', { low: 0.5, high: 1.5 }), 12 / 13],
  [{ options: { noise_high: 3 } }, noiseOf('uniform', { high: 3 }), 12 / 13],
  [{ keep: 0.6 }, noiseOf('uniform', { keep: 0.6 }), 0.6],
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
  const { trainer, labels } = await alone(backend, layer, x, 5);
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
