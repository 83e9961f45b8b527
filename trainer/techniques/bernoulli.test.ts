import { expect, test } from 'vitest';
import { noiseOf } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMoments, placeOf } from '../testing/noise.ts';
import { expectFactorGradient } from '../testing/one-noise.ts';
import { bernoulli } from './bernoulli.ts';
import { none } from './none.ts';

test('factors have the moments of the theory', () => {
  for (const keep of [0.5, 0.8, 0.95])
    expectMoments(allFed(bernoulli, { keep }), noiseOf('bernoulli', { keep }));
});

test('there is no noise with keep 1, and never any of the technique none', () => {
  expect(bernoulli.layer(placeOf({ keep: 1 }))).toBeUndefined();
  expect(none.layer(placeOf({ keep: 0.5 }))).toBeUndefined();
});

test.each(
  listAvailableBackends().filter(({ dialect }) => dialect === 'plain'),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, bernoulli, { keep: 0.6 }));
