import { expect, test } from 'vitest';
import { noiseOf } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMoments, placeOf } from '../testing/noise.ts';
import { expectFactorGradient } from '../testing/one-noise.ts';
import { gaussian } from './gaussian.ts';

test.each([
  [{ options: { noise_variance: 0.25 } }, noiseOf('gaussian', { variance: 0.25 })],
  [{ keep: 0.9 }, noiseOf('gaussian', { keep: 0.9 })],
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
