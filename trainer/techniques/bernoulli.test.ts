import { expect, test } from 'vitest';
import { noiseOf } from '../../theory/index.ts';
import { backends } from '../backends/index.ts';
import { stream } from '../random/stream.ts';
import { allFed, expectMoments, placeOf } from '../testing/noise.ts';
import { expectFactorGradient } from '../testing/one-noise.ts';
import { bernoulli } from './bernoulli.ts';
import { none } from './none.ts';

test('factors have the moments of the theory', () => {
  for (const keep of [0.5, 0.8, 0.95])
    expectMoments(allFed(bernoulli, { keep }), noiseOf('bernoulli', { keep }));
});

test('the training build is fed the same draws as bits', () => {
  const bits = new Uint8Array(500);
  const layer = bernoulli.layer(placeOf({ keep: 0.8, batch: 100, dialect: 'ort-training' }));
  expect(layer?.feed?.type).toBe('bool');
  layer?.feed?.source(stream(1, 'fed'))(bits as never);
  const factors = allFed(bernoulli, { keep: 0.8, batch: 100, units: 5 }).slice(0, 500);
  expect(factors).toEqual([...bits].map((bit) => bit * 1.25));
});

test('there is no noise with keep 1, and never any of the technique none', () => {
  expect(bernoulli.layer(placeOf({ keep: 1 }))).toBeUndefined();
  expect(none.layer(placeOf({ keep: 0.5 }))).toBeUndefined();
});

test.each(
  Object.values(backends).filter(({ dialect }) => dialect === 'plain'),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, bernoulli, { keep: 0.6 }));
