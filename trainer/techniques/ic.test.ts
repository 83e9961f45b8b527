import { describe, expect, test } from 'vitest';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { createStream, drawGaussians } from '../random/stream.ts';
import { allFed, expectMean, expectMoments, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { computeBatchStatistics, normalised, rowsOf } from '../testing/normalisation.ts';
import { expectGradients, feedsOf, type Reference, trainOneNoise } from '../testing/one-noise.ts';
import { ic } from './ic.ts';
import type { NoiseLayer, Place } from './technique.ts';

const layerOf = (given: Partial<Place>) => ic.layer(placeOf(given)) as NoiseLayer;

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each([
    0.7, 1,
  ])('with keep %d the gradients of its input, gamma and beta, through the statistics of the batch, are those of finite differences', async (keep) => {
    const layer = layerOf({ keep, dialect: backend.dialect });
    const feed = keep < 1 ? fedOver(layer, 2, 1)[0] : undefined;
    const reference: Reference = (x, { gamma, beta }) => ({
      y: normalised(x, computeBatchStatistics(x), gamma, beta).map((row, b) =>
        row.map((one, i) => one * (feed?.[5 * b + i] ?? 1)),
      ),
    });
    const own = { gamma: scattered(5, 8).map((one) => one + 1.5), beta: scattered(5, 9) };
    await expectGradients(backend, layer, reference, {
      units: 5,
      ...(feed && { feed }),
      x: scattered(30),
      own,
    });
  });

  test('whatever goes in, its second moment is 1/keep, weights make it sigma_w2/keep + sigma_b2, and correlations shrink by keep', async () => {
    const [keep, images, units] = [0.8, 2000, 20];
    const layer = layerOf({ keep, batch: images, units, dialect: backend.dialect });
    // a common part of each image correlates its units: 0.36 / (0.36 + 0.64)
    const common = drawGaussians(createStream(1, 'common'), images, 0.36);
    const x = drawGaussians(createStream(1, 'own'), images * units, 0.64).map(
      (one, i) => 3 * (one + (common[Math.floor(i / units)] as number)) + (i % units),
    );
    const { trainer, labels } = await trainOneNoise(backend, layer, x, units);
    const { logits } = await trainer.evaluateNoisy(feedsOf(labels, fedOver(layer, 5, 1)[0]));
    await trainer.release();
    const y = rowsOf(logits, units);
    expectMean(
      y.map((row) => row.reduce((sum, one) => sum + one * one, 0) / units),
      1 / keep,
    );
    // corr(y_i, y_j) = keep corr(x_i, x_j) where E y² = 1/keep: the mean product is the correlation of what went in
    const pairs = y.map((row) => {
      const sum = row.reduce((total, one) => total + one, 0);
      return (sum * sum - row.reduce((total, one) => total + one * one, 0)) / (units * (units - 1));
    });
    expectMean(
      pairs.map((one) => one * keep),
      keep * 0.36,
    );
    // q of the layer after, over many draws of one unit's weights and bias
    const [sigma_w2, sigma_b2] = [1.5, 0.3];
    const heads = Array.from({ length: 2000 }, (_, k) => {
      const w = drawGaussians(createStream(2, 'w', k), units, sigma_w2 / units);
      const [b] = drawGaussians(createStream(2, 'b', k), 1, sigma_b2) as unknown as [number];
      return ((y[k] as number[]).reduce((sum, one, i) => sum + one * (w[i] as number), 0) + b) ** 2;
    });
    expectMean(heads, sigma_w2 / keep + sigma_b2);
  });
});

test('what is fed are the factors of dropout', () => {
  expectMoments(allFed(ic, { keep: 0.95 }), computeNoise('ic', { keep: 0.95 }));
  expect(layerOf({ keep: 1 }).feed).toBeUndefined();
});

test('it reports its keep, and starts from gamma 1 and beta 0', () => {
  const layer = layerOf({ keep: 0.95 });
  expect(layer.report?.({}, {})?.keep_effective).toBeCloseTo(
    keepEffective(computeNoise('ic', { keep: 0.95 })),
    12,
  );
  expect(layer.parameters?.map(({ name, initial }) => [name, [...initial(createStream(1))]])).toEqual([
    ['gamma', [1, 1, 1, 1, 1]],
    ['beta', [0, 0, 0, 0, 0]],
  ]);
});
