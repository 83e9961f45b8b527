import { expect, test } from 'vitest';
import { keepEffective, noiseOf } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMoments, placeOf } from '../testing/noise.ts';
import { expectFactorGradient } from '../testing/one-noise.ts';
import { beta } from './beta.ts';

test.each([
  [1, 1, 0.75],
  [0.5, 0.5, 2 / 3],
  [4, 1, 0.96],
])('factors of Beta(%d, %d) have the moments of the theory', (a, b, keep) => {
  const noise = noiseOf('beta', { a, b });
  expect(keepEffective(noise)).toBeCloseTo(keep, 12);
  expectMoments(allFed(beta, { options: { noise_a: a, noise_b: b } }), noise);
});

test('it is Beta(1, 1) where the plan says nothing, and keep does not matter', () => {
  expectMoments(allFed(beta, { keep: 0.3 }), noiseOf('beta', { a: 1, b: 1 }));
  expect(beta.layer(placeOf({}))?.evaluate).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, beta, { options: { noise_a: 0.5, noise_b: 2 } }));
