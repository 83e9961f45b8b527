import { describe, expect, test } from 'vitest';
import { listAvailableBackends } from '../backends/index.ts';
import { findInit } from '../inits.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import { gaussian } from '../techniques/factors.ts';
import { affine, finiteDifferences, matrix, relativeError } from '../testing/float64.ts';
import { networkOf } from '../testing/network.ts';
import { LOG_VARIANCE } from './likelihood.ts';
import { inputNames } from './model.ts';
import { buildModel, drawInitialValues } from './network-graph.ts';

const [INPUTS, WIDTH, BATCH, DEPTH] = [5, 4, 6, 2];
const TARGET = { mean: 23, standardDeviation: 8 };

/** A regression with a noise, what it is fed, and its means and loss in float64. */
function example(dialect: 'plain' | 'ort-training') {
  const place = { keep: 0.8, batch: BATCH, units: WIDTH, fanOut: WIDTH, learningRate: 0.5, dialect };
  const shape = {
    ...{ inputs: INPUTS, classes: 1, batch: BATCH, target: TARGET },
    network: networkOf('tanh', DEPTH, WIDTH),
    noise: [undefined, undefined, gaussian.layer({ ...place, options: {} })],
  };
  const drawn = drawInitialValues(shape, findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 }), (name) =>
    createStream(4, name),
  );
  // another log variance than that at the start, whose exponential is 1
  const values = drawn.map((one) =>
    one.name === LOG_VARIANCE.name ? { ...one, data: Float32Array.of(-0.75) } : one,
  );
  const source = createStream(4, 'example');
  const numbers = (length: number) => Float32Array.from({ length }, () => 2 * drawUniform(source) - 0.5);
  const images = numbers(BATCH * INPUTS);
  const factors = numbers(BATCH * WIDTH);
  const labels = Float32Array.from({ length: BATCH }, () => 10 + 30 * drawUniform(source));
  const forward = (at: Record<string, ArrayLike<number>>, noisy: boolean) => {
    const weigh = (layer: number, rows: number[][], columns: number) =>
      affine(rows, matrix(at[`W${layer}`] ?? [], columns), at[`b${layer}`] ?? []);
    const tanh = (rows: number[][]) => rows.map((row) => row.map(Math.tanh));
    const first = tanh(weigh(1, matrix(images, INPUTS), WIDTH));
    const second = tanh(weigh(2, first, WIDTH)).map((row, i) =>
      row.map((x, j) => x * (noisy ? (factors[i * WIDTH + j] as number) : 1)),
    );
    const means = weigh(3, second, 1).map(([z = 0]) => TARGET.mean + TARGET.standardDeviation * z);
    const variance = TARGET.standardDeviation ** 2 * Math.exp(at[LOG_VARIANCE.name]?.[0] as number);
    // the density written out, in place of its logarithm
    const loss =
      means.reduce((sum, mean, i) => {
        const density = Math.exp(-(((labels[i] as number) - mean) ** 2) / (2 * variance));
        return sum - Math.log(density / Math.sqrt(2 * Math.PI * variance));
      }, 0) / BATCH;
    return { means, loss };
  };
  const feeds = { images, labels, [inputNames.noise(2)]: factors };
  return { shape, drawn, values, feeds, forward };
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test('the likelihood of a regression: loss, means in the unit of the targets, gradients', async () => {
    const { shape, values, feeds, forward } = example(backend.dialect);
    const network = buildModel(shape);
    const names = network.parameters.map(({ name }) => name);
    expect(names).toEqual(['W1', 'b1', 'W2', 'b2', 'W3', 'b3', 'log_variance']);
    const options = { learning_rate: 0.01, weight_decay: 0.1 };
    const step = {
      name: 'example',
      network,
      optimiser: optimisers.sgd,
      options,
      norms: [],
      gradients: names,
    };
    const trainer = await backend.create(step, values);
    const at = Object.fromEntries(values.map(({ name, data }) => [name, data.slice()]));
    const off = await trainer.evaluate(feeds);
    expect(off.loss).toBeCloseTo(forward(at, false).loss, 4);
    expect(relativeError(off.logits, forward(at, false).means)).toBeLessThan(1e-6);

    const result = await trainer.step(feeds);
    expect(result.loss).toBeCloseTo(forward(at, true).loss, 4);
    expect(relativeError(result.logits, forward(at, true).means)).toBeLessThan(1e-6);
    const expected = finiteDifferences(values, (point) => forward(point, true).loss);
    for (const name of names)
      expect(relativeError(result.gradients[name] ?? [], expected[name] ?? []), name).toBeLessThan(1e-5);

    // ten times the rate, and no decay
    const after = (await trainer.values()).find(({ name }) => name === LOG_VARIANCE.name)?.data[0] as number;
    expect(after + 0.75).toBeCloseTo(-0.1 * (expected[LOG_VARIANCE.name]?.[0] as number), 5);
    await trainer.release();
  });

  test('starts from the variance of the targets', () => {
    const { drawn } = example(backend.dialect);
    expect(drawn.at(-1)).toEqual({ name: 'log_variance', shape: [1], data: Float32Array.of(0) });
  });
});
