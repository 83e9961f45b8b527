import { type Plan, valueAt } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import type { Backend, Feeds } from '../backends/backend.ts';
import { GraphRunner } from '../backends/graph-runner.ts';
import { findBackend } from '../backends/index.ts';
import { createBatchReader, type DataSet } from '../data/data-set.ts';
import { mul } from '../graph/arithmetic.ts';
import { differentiate, type Graph, type Value } from '../graph/graph.ts';
import { reduceSum } from '../graph/matrix.ts';
import { findInit } from '../inits.ts';
import { drawNoise, type Forward, inputNames, type Model } from '../networks/model.ts';
import { buildModel, drawInitialValues } from '../networks/network-graph.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import { createStream, drawGaussians, type Stream } from '../random/stream.ts';
import type { Cell } from '../run/cells.ts';
import { sumMetrics } from './statistics.ts';

/** One hidden layer of a network at its inputs; all row-major [inputs, units]. */
export type ProbedLayer = {
  /** What the layer's weights are fed. */
  readonly signal: Float32Array;
  /** Pre-activations. */
  readonly z: Float32Array;
  /** The gradient of the read-out of each input alone by its pre-activations. */
  readonly delta: Float32Array;
};

/** The name of the input that the fixed read-out takes: [1, width]. */
export const READ_OUT = 'read-out';

/** Runs networks of one shape forward and backward and shows every hidden layer. It moves nothing. */
export class Probe {
  readonly #runner: GraphRunner;

  private constructor(runner: GraphRunner) {
    this.#runner = runner;
  }

  /** Builds the graph: the network's own forward pass with the noise on, and its derivative by every pre-activation. */
  static async create(
    backend: Backend,
    network: Model,
    readOut: MeasurementOptions['read_out'],
  ): Promise<Probe> {
    const runner = await GraphRunner.create(backend, (graph) => {
      const forward = network.forward(graph, 'train');
      const hidden = forward.layers.slice(0, -1);
      const gradients = differentiate(
        graph,
        OBJECTIVES[readOut](graph, forward),
        hidden.map(({ z }) => z),
      );
      return hidden.flatMap(({ signal, z }, i) => [signal, z, gradients[i] as Value]);
    });
    return new Probe(runner);
  }

  /** Runs a network. */
  async run(feeds: Feeds): Promise<ProbedLayer[]> {
    const found = await this.#runner.run(feeds);
    return Array.from({ length: found.length / 3 }, (_, i) => {
      const [signal, z, delta] = found.slice(3 * i) as [Float32Array, Float32Array, Float32Array];
      return { signal, z, delta };
    });
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    await this.#runner.release();
  }
}

/** What is differentiated, summed over the inputs: each input's gradient is then its own. */
const OBJECTIVES: Readonly<
  Record<MeasurementOptions['read_out'], (graph: Graph, forward: Forward) => Value>
> = {
  fixed(graph, forward) {
    const { z } = lastHidden(forward);
    const readOut = graph.input(READ_OUT, 'float', [1, z.shape[1] as number]);
    return graph.call(reduceSum, [graph.call(mul, [z, readOut])]);
  },
  quadratic(graph, forward) {
    const { z } = lastHidden(forward);
    return graph.call(reduceSum, [graph.call(mul, [z, z])]);
  },
  cross_entropy: (graph, { objective, logits }) =>
    graph.call(mul, [objective, graph.scalar(logits.shape[0] as number)]),
};

const lastHidden = ({ layers }: Forward) => layers.at(-2) as Forward['layers'][number];

/**
 * Measures signals and gradients in initialisations of a cell's network, untrained, noise on. Each depends on the plan, the cell and its own
 * number alone. `progress` is told of each network.
 */
export async function measureNetworks(
  plan: Plan,
  cell: Cell,
  networks: readonly number[],
  data: DataSet,
  progress: () => void = () => {},
): Promise<Float64Array[]> {
  const options = measurementOptions.parse(plan.measurement ?? {});
  const batch = 2 * options.pairs;
  const backend = findBackend(plan.backend);
  const shape = trainedNetwork(
    { ...plan, training: { ...plan.training, batch } },
    cell,
    data,
    backend.dialect,
  );
  const init = findInit(plan.network.init, {
    sigma_w2: cell.sigma_w2,
    sigma_b2: valueAt(plan, cell, 'sigma_b2'),
  });
  const probe = await Probe.create(backend, buildModel(shape), options.read_out);
  try {
    const found: Float64Array[] = [];
    for (const number of networks) {
      const source = (...purpose: (string | number)[]): Stream =>
        createStream(
          cell.seed,
          'measurement',
          ...['depth', cell.depth, 'sigma_w2', cell.sigma_w2, 'keep', cell.keep, 'network', number],
          ...purpose,
        );
      const values = drawInitialValues(shape, init, (name) => source('initial', name));
      const layers = await probe.run({
        ...Object.fromEntries(values.map(({ name, data: value }) => [name, value])),
        ...drawNoise(shape.noise, source('noise'))(),
        ...makeInputs(options, data, source, batch, number),
        [inputNames.penaltyWeight]: new Float32Array(1),
        [READ_OUT]: drawGaussians(source('read-out'), shape.network.width as number, 1),
      });
      found.push(sumMetrics(layers, batch));
      progress();
    }
    return found;
  } finally {
    await probe.release();
  }
}

/** The inputs of one network: pairs of gaussian vectors with a given mean cosine, or training images in their order. */
function makeInputs(
  { inputs, cosine }: MeasurementOptions,
  data: DataSet,
  source: (...purpose: string[]) => Stream,
  batch: number,
  network: number,
) {
  if (inputs === 'data') {
    const read = createBatchReader(data, data.train, batch);
    const { images, labels } = read((i) => (network * batch + i) % data.train.count);
    return { [inputNames.images]: images, [inputNames.labels]: labels };
  }
  const pixels = data.pixelsPerImage;
  const images = drawGaussians(source('inputs'), batch * pixels, 1);
  const own = Math.sqrt(1 - cosine * cosine);
  for (let pair = 0; pair < batch / 2; pair++)
    for (let p = 0; p < pixels; p++) {
      const a = 2 * pair * pixels + p;
      images[a + pixels] = cosine * (images[a] as number) + own * (images[a + pixels] as number);
    }
  return { [inputNames.images]: images, [inputNames.labels]: new BigInt64Array(batch) };
}
