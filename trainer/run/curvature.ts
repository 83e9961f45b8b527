import type { Backend } from '../backends/backend.ts';
import { GraphRunner } from '../backends/graph-runner.ts';
import type { AnyBatch } from '../data/any-data.ts';
import { mul } from '../graph/arithmetic.ts';
import { differentiate, type Graph, type Value } from '../graph/graph.ts';
import { inputNames, type Model } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';

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
  const runner = await GraphRunner.create(backend, (graph) => writeCurvatures(graph, model, batch));
  try {
    const own = Object.fromEntries(values.map(({ name, data }) => [name, data]));
    let sums: Float64Array[] = [];
    for (let from = 0; from < images; from += batch) {
      const { images: pixels, labels } = read(from);
      const found = await runner.run({ ...own, [inputNames.images]: pixels, [inputNames.labels]: labels });
      if (from === 0) sums = found.map(({ length }) => new Float64Array(length));
      for (const [l, sum] of sums.entries())
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (found[l]?.[i] as number);
    }
    return sums.map((one) => one.map((value) => value / images));
  } finally {
    await runner.release();
  }
}

/** Writes the sums over a batch of (x ∂E/∂x)², for the units that each linear but the first is fed. */
function writeCurvatures(graph: Graph, model: Model, batch: number): Value[] {
  const { loss, layers } = model.forward(graph, 'evaluate');
  // summed over the images, so that each image's gradient is its own
  const total = graph.call(mul, [loss, graph.scalar(batch)]);
  const signals = layers.slice(1).map(({ signal }) => signal);
  const gradients = differentiate(graph, total, signals);
  return signals.map((signal, i) => {
    const product = graph.compute('Mul', [signal, gradients[i] as Value], signal.shape, 'product');
    const square = graph.compute('Mul', [product, product], signal.shape, 'square');
    const axes = graph.constant('int64', [1], [0]);
    const units = [signal.shape[1] as number];
    return graph.compute('ReduceSum', [square, axes], units, 'bend', { keepdims: { int: 0 } });
  });
}
