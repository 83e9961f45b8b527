import { describe, expect, test } from 'vitest';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { crossEntropy } from '../graph/layers.ts';
import { createBatchNorm } from '../networks/batch-norm.ts';
import { type Model, NoiseWriter } from '../networks/model.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawGaussians } from '../random/stream.ts';
import { allFed, expectMean, expectMoments, fedOver, placeOf } from '../testing/noise.ts';
import { rowsOf } from '../testing/normalisation.ts';
import { feedsOf } from '../testing/one-noise.ts';
import { ic } from './ic.ts';
import type { NoiseLayer, Place } from './technique.ts';

const layerOf = (given: Partial<Place>) => ic.layer(placeOf(given)) as NoiseLayer;

/** The norm and the noise of one layer: x [batch, units] is a parameter, and what comes out are the logits. */
function oneLayer(layer: NoiseLayer, batch: number, units: number): Model {
  const norm = createBatchNorm({ number: 1, units, batch });
  const parameters = [{ name: 'x', shape: [batch, units] }, ...norm.parameters];
  const states = norm.states.map(({ name, shape }) => ({ name, shape }));
  return {
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
    states,
    forward(graph) {
      const labels = graph.input('labels', 'int64', [batch]);
      const noise = new NoiseWriter(graph, [undefined, layer], true);
      const values = new Map(
        [...parameters, ...states].map(({ name, shape }) => [name, graph.input(name, 'float', shape)]),
      );
      const { y, states: next } = norm.write(graph, values.get('x') as never, values, 'batch');
      const logits = noise.apply(1, y, values);
      const loss = graph.call(crossEntropy, [logits, labels]);
      return { loss, objective: loss, logits, layers: [], noises: [], states: next, watched: noise.watched };
    },
  };
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test('whatever goes in, its second moment is 1/keep, weights make it sigma_w2/keep + sigma_b2, and correlations shrink by keep', async () => {
    const [keep, images, units] = [0.8, 2000, 20];
    const layer = layerOf({ keep, batch: images, units, dialect: 'plain' });
    // a common part of each image correlates its units: 0.36 / (0.36 + 0.64)
    const common = drawGaussians(createStream(1, 'common'), images, 0.36);
    const x = drawGaussians(createStream(1, 'own'), images * units, 0.64).map(
      (one, i) => 3 * (one + (common[Math.floor(i / units)] as number)) + (i % units),
    );
    const { parameters, states } = createBatchNorm({ number: 1, units, batch: images });
    const trainer = await backend.create(
      {
        name: 'one ic layer',
        network: oneLayer(layer, images, units),
        optimiser: optimisers.sgd,
        options: { learning_rate: 0.1 },
        norms: [],
      },
      [{ name: 'x', shape: [images, units], data: x }, ...parameters, ...states],
    );
    const labels = Array.from({ length: images }, (_, i) => i % units);
    const { logits } = await trainer.step(feedsOf(labels, fedOver(layer, 5, 1)[0]));
    const y = rowsOf(logits.slice(), units);
    await trainer.release();
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

test('it reports its keep', () => {
  for (const keep of [0.95, 1])
    expect(layerOf({ keep }).report?.({}, {})?.keep_effective).toBeCloseTo(
      keepEffective(computeNoise('ic', { keep })),
      12,
    );
});
