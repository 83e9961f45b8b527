import { expect, test } from 'vitest';
import { computeNoise } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { allFed, expectMean, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { expectGradients, feedsOf, trainOneNoise } from '../testing/one-noise.ts';
import { alpha } from './factors.ts';
import type { NoiseLayer } from './technique.ts';

/** The published constant −λα and the affine map after it. */
const FLOOR = -1.7580993408473766;
const affine = (keep: number) => {
  const a = (keep + FLOOR ** 2 * keep * (1 - keep)) ** -0.5;
  return [a, -a * (1 - keep) * FLOOR] as const;
};
const layerOf = (keep: number, dialect: 'plain' | 'ort-training', batch = 6) =>
  alpha.layer(placeOf({ keep, batch, dialect })) as NoiseLayer;

test('what is fed is the a of units that are kept, with the theory’s mean and second moment', () => {
  const [a] = affine(0.9);
  const { s1, s2 } = computeNoise('alpha', { keep: 0.9 });
  const fed = allFed(alpha, { keep: 0.9 });
  expect(new Set(fed)).toEqual(new Set([0, Math.fround(a)]));
  expectMean(fed, s1);
  expectMean(
    fed.map((one) => one * one),
    s2,
  );
});

test('there is no noise with keep 1', () => {
  expect(alpha.layer(placeOf({ keep: 1 }))).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: it is a x + b of what is kept or set to −1.758, off it is the identity', async (backend) => {
  const layer = layerOf(0.8, backend.dialect);
  const [a, b] = affine(0.8);
  const [feed] = fedOver(layer, 1, 1) as [Float32Array];
  const x = scattered(30);
  const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
  const { logits } = await trainer.evaluateNoisy(feedsOf(labels, feed));
  for (const [i, logit] of logits.entries())
    expect(logit).toBeCloseTo(a * (feed[i] === 0 ? FLOOR : (x[i] as number)) + b, 5);
  expect([...(await trainer.evaluate(feedsOf(labels, undefined))).logits]).toEqual([...x]);
  await trainer.release();
});

test.each(listAvailableBackends())('$name: inputs of mean 0 and variance 1 keep both', async (backend) => {
  const layer = layerOf(0.7, backend.dialect, 2000);
  const [feed] = fedOver(layer, 1, 1) as [Float32Array];
  // ±1 with as many of either
  const x = Float32Array.from({ length: 10_000 }, (_, i) => (i % 2) * 2 - 1);
  const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
  const { logits } = await trainer.evaluateNoisy(feedsOf(labels, feed));
  expectMean([...logits], 0);
  expectMean(
    [...logits].map((one) => one * one),
    1,
    'second moment',
  );
  await trainer.release();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', async (backend) => {
  const layer = layerOf(0.6, backend.dialect);
  const [a, b] = affine(0.6);
  const [feed] = fedOver(layer, 2, 1) as [Float32Array];
  const reference = (x: number[][]) => ({
    y: x.map((row, i) => row.map((one, j) => a * (feed[5 * i + j] === 0 ? FLOOR : one) + b)),
  });
  await expectGradients(backend, layer, reference, { units: 5, feed, x: scattered(30) });
});
