import type { Backend } from '../backends/backend.ts';
import { callRuntime, readFloats, TensorMaker } from '../backends/evaluator.ts';
import type { AnyBatch } from '../data/any-data.ts';
import { mul } from '../graph/arithmetic.ts';
import { differentiate, Graph } from '../graph/graph.ts';
import { inputNames, type Model } from '../networks/model.ts';
import { encodeModel, type Parameter } from '../onnx.ts';

/** What curvature is measured of. */
export type CurvatureSetup = {
  readonly backend: Backend;
  readonly model: Model;
  /** Parameters and states of the trained network. */
  readonly values: readonly Parameter[];
  /** Reads the images from an index on. */
  readonly read: (from: number) => AnyBatch;
  readonly images: number;
  /** Images a step. */
  readonly batch: number;
};

/**
 * How much the loss bends when a unit is multiplied by noise, for the units that each linear is fed: the mean over images of (x ∂E/∂x)², noise
 * off, E the loss of an image. A factor 1 + √α n on unit i raises the loss by about α/2 times this, with the Fisher information in
 * the place of the second derivative.
 *
 * @returns a list of units for each linear but the first, whose units are pixels
 * @see Wager, Wang and Liang 2013, "Dropout training as adaptive regularization"
 */
export async function measureCurvature(setup: CurvatureSetup): Promise<Float64Array[]> {
  const { backend, model, values, read, images, batch } = setup;
  const { runtime, options, package: name } = await backend.inference();
  const graph = new Graph('curvature', backend.dialect);
  const { loss, layers } = model.forward(graph, 'evaluate');
  // summed over the images, so that each image's gradient is its own
  const total = graph.call(mul, [loss, graph.scalar(batch)]);
  const hidden = layers.slice(1).map(({ signal }) => signal);
  const bends = differentiate(graph, total, hidden).map((gradient, i) => {
    const signal = hidden[i] as (typeof hidden)[number];
    const product = graph.compute('Mul', [signal, gradient], signal.shape, 'product');
    const square = graph.compute('Mul', [product, product], signal.shape, 'square');
    const axes = graph.constant('int64', [1], [0]);
    const units = [signal.shape[1] as number];
    return graph.compute('ReduceSum', [square, axes], units, 'bend', { keepdims: { int: 0 } });
  });
  for (const bend of bends) graph.output(bend);
  const { inputs } = graph.model();
  const session = await callRuntime(name, 'building a measurement of curvature', () =>
    runtime.InferenceSession.create(encodeModel(graph.model()), options),
  );
  try {
    const tensors = new TensorMaker(runtime, 'curvature');
    const own = Object.fromEntries(values.map(({ name: of, data }) => [of, data]));
    const sums = bends.map(({ shape }) => new Float64Array(shape[0] as number));
    for (let from = 0; from < images; from += batch) {
      const { images: pixels, labels } = read(from);
      const feeds = { ...own, [inputNames.images]: pixels, [inputNames.labels]: labels };
      const fed = Object.fromEntries(inputs.map((port) => [port.name, tensors.fed(port, feeds)]));
      const outputs = await callRuntime(name, 'a measurement of curvature', () => session.run(fed));
      for (const [l, bend] of bends.entries())
        for (const [i, value] of readFloats(outputs, bend.name).entries()) {
          const sum = sums[l] as Float64Array;
          sum[i] = (sum[i] as number) + value;
        }
    }
    return sums.map((one) => one.map((value) => value / images));
  } finally {
    await session.release();
  }
}
