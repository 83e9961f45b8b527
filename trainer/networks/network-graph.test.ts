import { describe, expect, test } from 'vitest';
import { listAvailableBackends } from '../backends/index.ts';
import { mul } from '../graph/arithmetic.ts';
import { reduceSum } from '../graph/matrix.ts';
import { findInit } from '../inits.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import { gaussian } from '../techniques/factors.ts';
import type { NoiseLayer, Place } from '../techniques/technique.ts';
import { affine, crossEntropyLoss, finiteDifferences, matrix, relativeError } from '../testing/float64.ts';
import { networkOf } from '../testing/network.ts';
import { inputNames } from './model.ts';
import { buildModel, drawInitialValues } from './network-graph.ts';

const [INPUTS, WIDTH, CLASSES, BATCH, DEPTH] = [5, 4, 3, 6, 3];
const PENALTY = 0.01;

/** Noise with all that a technique may have: factors, a scale that is learned, a penalty, a number that is watched. */
const scaled = ({ batch, units }: Place): NoiseLayer => ({
  feed: { type: 'float', shape: [batch, units], source: () => (into) => into.fill(1) },
  parameters: [
    {
      name: 'scale',
      shape: [units],
      rate: 0.1,
      decay: false,
      initial: () => new Float32Array(units).fill(1.5),
    },
  ],
  train(graph, x, { feed, parameters }) {
    const scale = parameters.scale as never;
    const y = graph.call(mul, [graph.call(mul, [x, feed as never]), scale]);
    const total = graph.call(reduceSum, [x]);
    return {
      y,
      penalty: graph.call(reduceSum, [graph.call(mul, [scale, scale])]),
      watched: { total },
    };
  },
  evaluate: (graph, x, { parameters }) => graph.call(mul, [x, parameters.scale as never]),
});

function example(dialect: Place['dialect']) {
  const place = (layer: number) => ({
    keep: 0.8,
    batch: BATCH,
    units: layer === 0 ? INPUTS : WIDTH,
    fanOut: WIDTH,
    learningRate: 0.5,
    dialect,
    options: {},
  });
  const shape = {
    inputs: INPUTS,
    classes: CLASSES,
    batch: BATCH,
    network: networkOf('gelu_tanh', DEPTH, WIDTH, { carry: 0.64, branch: 0.25 }),
    // factors on the input and after layer 3, the learned scale after layer 2, nothing after layer 1
    noise: [gaussian.layer(place(0)), undefined, scaled(place(2)), gaussian.layer(place(3))],
  };
  const source = createStream(4, 'example');
  const values = drawInitialValues(shape, findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 }), (name) =>
    createStream(4, name),
  );
  const numbers = (length: number) => Float32Array.from({ length }, () => 2 * drawUniform(source) - 0.5);
  const labels = Array.from({ length: BATCH }, () => Math.floor(CLASSES * drawUniform(source)));
  const images = numbers(BATCH * INPUTS);
  const factors = [numbers(BATCH * INPUTS), undefined, numbers(BATCH * WIDTH), numbers(BATCH * WIDTH)];
  const feeds = {
    images,
    labels: BigInt64Array.from(labels, BigInt),
    [inputNames.penaltyWeight]: Float32Array.of(PENALTY),
    ...Object.fromEntries(factors.flatMap((data, layer) => (data ? [[inputNames.noise(layer), data]] : []))),
  };
  const phi = (x: number) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2;

  /** Loss, penalty and what goes into the learned scale, in float64. */
  const forward = (at: Record<string, ArrayLike<number>>, noisy: boolean) => {
    const scale = at['noise 2 scale'] ?? [];
    const noise = (layer: number, rows: number[][]) =>
      rows.map((row, i) =>
        row.map((x, j) => {
          const factor = noisy ? (factors[layer]?.[i * row.length + j] ?? 1) : 1;
          return x * factor * (layer === 2 ? (scale[j] as number) : 1);
        }),
      );
    const weigh = (layer: number, rows: number[][], columns: number) =>
      affine(rows, matrix(at[`W${layer}`] ?? [], columns), at[`b${layer}`] ?? []);
    let z = weigh(1, noise(0, matrix(images, INPUTS)), WIDTH);
    let total = 0;
    for (let layer = 2; layer <= DEPTH + 1; layer++) {
      const h = z.map((row) => row.map(phi));
      if (layer === 3) total = h.flat().reduce((sum, one) => sum + one, 0);
      const block = weigh(layer, noise(layer - 1, h), layer > DEPTH ? CLASSES : WIDTH);
      z = layer > DEPTH ? block : z.map((row, i) => row.map((x, j) => 0.8 * x + 0.5 * (block[i]?.[j] ?? 0)));
    }
    const penalty = Array.from(scale).reduce((sum, one) => sum + one * one, 0);
    return { loss: crossEntropyLoss(z, labels), penalty, total };
  };
  return { shape, values, feeds, forward };
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test('skip connections, factors, and what a technique learns, is penalised for and watches', async () => {
    const { shape, values, feeds, forward } = example(backend.dialect);
    const network = buildModel(shape);
    const trained = network.parameters.map(({ name }) => name);
    expect(trained.at(-1)).toBe('noise 2 scale');
    const trainer = await backend.create(
      {
        name: 'example',
        network,
        optimiser: optimisers.sgd,
        options: { learning_rate: 0.5, weight_decay: 0.1 },
        norms: [],
        gradients: trained,
      },
      values,
    );
    const parameters = values.filter(({ name }) => trained.includes(name));
    const at = Object.fromEntries(values.map(({ name, data }) => [name, data.slice()]));
    const noisy = forward(at, true);
    const expected = finiteDifferences(parameters, (point) => {
      const { loss, penalty } = forward(point, true);
      return loss + PENALTY * penalty;
    });
    expect((await trainer.evaluate(feeds)).loss).toBeCloseTo(forward(at, false).loss, 5);
    expect((await trainer.evaluateNoisy(feeds)).loss).toBeCloseTo(noisy.loss, 5);

    const result = await trainer.step(feeds);
    expect(result.loss).toBeCloseTo(noisy.loss, 5);
    expect(result.watched['noise 2 total']).toBeCloseTo(noisy.total, 4);
    for (const name of trained)
      expect(relativeError(result.gradients[name] ?? [], expected[name] ?? []), name).toBeLessThan(1e-5);

    const after = new Map((await trainer.values()).map(({ name, data }) => [name, data]));
    // a tenth of the rate and no decay for the scale, both for the weights
    const moved = (name: string) =>
      Array.from(at[name] ?? [], (x, i) => x - (after.get(name)?.[i] as number));
    const scale = Array.from(expected['noise 2 scale'] ?? [], (g) => 0.05 * g);
    expect(relativeError(moved('noise 2 scale'), scale)).toBeLessThan(1e-4);
    const weights = Array.from(expected.W2 ?? [], (g, i) => 0.5 * (g + 0.1 * (at.W2?.[i] as number)));
    expect(relativeError(moved('W2'), weights)).toBeLessThan(1e-4);
    await trainer.release();
  });
});
