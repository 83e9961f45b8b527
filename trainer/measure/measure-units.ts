import { pickNoise } from '../../catalogue/techniques.ts';
import type { UnitOptions } from '../../schemas/measurement.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { computeNoise, type Noise, pickNoiseParameters } from '../../theory/index.ts';
import type { Backend, Feeds } from '../backends/backend.ts';
import { GraphRunner } from '../backends/graph-runner.ts';
import { findBackend } from '../backends/index.ts';
import { createBatchReader, type DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { layOut, listNoisePlaces, type NoisePlace } from '../networks/layout.ts';
import { drawNoise, inputNames, type Model } from '../networks/model.ts';
import { buildModel, drawInitialValues, type TrainedNetwork } from '../networks/network-graph.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import { createStream, drawUniform, type Stream, shuffle } from '../random/stream.ts';
import type { Cell } from '../run/cells.ts';
import {
  compareUnits,
  UNIT_METRICS,
  type Unit,
  type UnitFindings,
  type UnitMetric,
  type UnitPair,
} from './unit-statistics.ts';

/** Shuffles of the images that the bias of the information is found with; the pairs of a network share them. */
const SHUFFLES = 3;

/** What the noises of the blocks are given and give, [images, units] each. */
export type ProbedNoise = { readonly before: Float32Array; readonly after: Float32Array };

/** Runs networks of one shape forward as in training and shows what each noise of the blocks is given and gives. */
export class UnitProbe {
  readonly #runner: GraphRunner;

  private constructor(runner: GraphRunner) {
    this.#runner = runner;
  }

  /**
   * Builds the graph.
   *
   * @example await UnitProbe.create(findBackend('auto'), buildModel(shape))
   */
  static async create(backend: Backend, network: Model): Promise<UnitProbe> {
    const runner = await GraphRunner.create(backend, (graph) =>
      network.forward(graph, 'train').noises.flatMap(({ before, after }) => [before, after]),
    );
    return new UnitProbe(runner);
  }

  /** Runs a batch. The noises are in the order of the network, see `Forward`. */
  async run(feeds: Feeds): Promise<ProbedNoise[]> {
    const found = await this.#runner.run({ [inputNames.penaltyWeight]: new Float32Array(1), ...feeds });
    return Array.from({ length: found.length / 2 }, (_, i) => {
      const [before, after] = found.slice(2 * i) as [Float32Array, Float32Array];
      return { before, after };
    });
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    await this.#runner.release();
  }
}

/**
 * Measures pairs of units before and after each noise of the blocks, over training images, in initialisations of a cell's network,
 * untrained and in training mode: batch norms take the statistics of the batch, and each image has noise of its own. What is drawn
 * depends on the seed and the network's number, and on the cell unless the plan has `common_random_numbers`.
 *
 * @param plan the plan
 * @param options images and pairs that are looked at
 * @param cell the network
 * @param networks numbers of the initialisations
 * @param data the data set; its first training images are seen, in whole batches
 * @param progress is told of each network
 * @returns of each network the findings of its noises, {@link UNIT_METRICS} of each; see {@link readFindings}
 * @throws ParameterError as `buildModel`
 * @see Chen et al. 2019, arXiv 1905.05928, for independent-component layers
 * @example readFindings((await measureUnits(plan, options, cell, [0], data))[0])[0].correlation_ratio
 */
export async function measureUnits(
  plan: Plan,
  options: UnitOptions,
  cell: Cell,
  networks: readonly number[],
  data: DataSet,
  progress: () => void = () => {},
): Promise<Float64Array[]> {
  const { depth, sigma_w2, keep, seed } = cell;
  const point = plan.training.common_random_numbers
    ? []
    : ['depth', depth, 'sigma_w2', sigma_w2, 'keep', keep];
  const backend = findBackend(plan.backend);
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const init = findInit(plan.network.init, { sigma_w2, sigma_b2: valueAt(plan, cell, 'sigma_b2') });
  const probe = await UnitProbe.create(backend, buildModel(shape));
  try {
    const found: Float64Array[] = [];
    for (const number of networks) {
      const source = (...purpose: (string | number)[]): Stream =>
        createStream(seed, 'units', ...point, 'network', number, ...purpose);
      const values = drawInitialValues(shape, init, (name) => source('initial', name));
      const initial = Object.fromEntries(values.map(({ name, data: value }) => [name, value]));
      const findings = await measureNetwork({ plan, options, shape, data, probe, initial, source });
      found.push(Float64Array.from(findings.flatMap((one) => UNIT_METRICS.map((name) => one[name]))));
      progress();
    }
    return found;
  } finally {
    await probe.release();
  }
}

/**
 * What {@link measureUnits} found of one network, noise by noise.
 *
 * @example readFindings(Float64Array.of(0.2, 0.1, 0.5, 0.5, 0.04, 0.01, 0.25, 0)) // [{ correlation_before: 0.2, correlation_after: 0.1, … }]
 */
export function readFindings(numbers: Float64Array): UnitFindings[] {
  return Array.from({ length: numbers.length / UNIT_METRICS.length }, (_, layer) => {
    const entry = (name: UnitMetric, m: number) => [name, numbers[layer * UNIT_METRICS.length + m]];
    return Object.fromEntries(UNIT_METRICS.map(entry)) as UnitFindings;
  });
}

/**
 * The noises of a network's blocks, in order: the first is behind the first hidden layer.
 *
 * @example listBlockNoises(shape).map(({ units }) => units)
 */
export function listBlockNoises(shape: Pick<TrainedNetwork, 'network' | 'inputs' | 'classes'>): NoisePlace[] {
  return listNoisePlaces(layOut(shape)).filter(({ number }) => number > 0);
}

/**
 * Images that are seen: as many as fill batches of the plan.
 *
 * @example countImages({ training: { batch: 128 } }, 10_000) // 9984
 */
export function countImages(
  { training: { batch } }: { readonly training: Pick<Plan['training'], 'batch'> },
  images: number,
): number {
  return Math.floor(images / batch) * batch;
}

type Setup = {
  readonly plan: Plan;
  readonly options: UnitOptions;
  readonly shape: TrainedNetwork;
  readonly data: DataSet;
  readonly probe: UnitProbe;
  readonly initial: Feeds;
  readonly source: (...purpose: (string | number)[]) => Stream;
};

async function measureNetwork({
  plan,
  options,
  shape,
  data,
  probe,
  initial,
  source,
}: Setup): Promise<UnitFindings[]> {
  const { batch } = shape;
  const images = countImages(plan, options.images);
  const layers = listBlockNoises(shape).map(({ number, units, keep }) => {
    const pairs = drawPairs(source('pairs', number), units, options.pairs);
    const column = (): Float32Array => new Float32Array(images);
    const seen = new Map(
      pairs.flat().map((unit): [number, Unit] => [unit, { before: column(), after: column() }]),
    );
    return { units, pairs, seen, noise: momentsOf(plan, keep) };
  });
  const read = createBatchReader(data, data.train, batch);
  const noise = drawNoise(shape.noise, source('noise'));
  for (let from = 0; from < images; from += batch) {
    const { images: pixels, labels } = read((i) => from + i);
    const probed = await probe.run({
      ...initial,
      ...noise(),
      [inputNames.images]: pixels,
      [inputNames.labels]: labels,
    });
    layers.forEach(({ units, seen }, l) => {
      const { before, after } = probed[l] as ProbedNoise;
      for (const [unit, columns] of seen)
        for (let i = 0; i < batch; i++) {
          columns.before[from + i] = before[i * units + unit] as number;
          columns.after[from + i] = after[i * units + unit] as number;
        }
    });
  }
  const stream = source('shuffles');
  const orders = Array.from({ length: SHUFFLES }, () => shuffle(stream, images));
  const dropsOrKeeps = DROPS_OR_KEEPS.has(plan.network.technique);
  return layers.map(({ pairs, seen, noise: moments }) =>
    compareUnits(seen, pairs, { noise: moments, dropsOrKeeps, orders }),
  );
}

/** Pairs of two different units, each drawn alone: one may come twice. */
function drawPairs(stream: Stream, units: number, count: number): UnitPair[] {
  return Array.from({ length: count }, () => {
    const first = Math.floor(drawUniform(stream) * units);
    const other = Math.floor(drawUniform(stream) * (units - 1));
    return [first, other < first ? other : other + 1];
  });
}

/** Techniques whose factor of a unit is 0 or else always the same number. */
export const DROPS_OR_KEEPS: ReadonlySet<Plan['network']['technique']> = new Set(['bernoulli', 'ic', 'tabu']);

/** Techniques whose factors have moments that training does not change, and are independent from unit to unit. */
const INDEPENDENT: ReadonlySet<Plan['network']['technique']> = new Set([
  ...DROPS_OR_KEEPS,
  'gaussian',
  'uniform',
  'beta',
  'concrete',
]);

/**
 * The moments of the factors that units are multiplied by.
 *
 * @param plan the plan
 * @param keep at the place of the noise, null for a technique without one
 * @returns undefined for techniques whose factors are learned
 * @example momentsOf(plan, 0.8)?.s2
 */
export function momentsOf({ network }: Plan, keep: number | null): Pick<Noise, 's1' | 's2'> | undefined {
  const { technique } = network;
  if (!INDEPENDENT.has(technique)) return undefined;
  const { keep: given, ...numbers } = pickNoise(network, technique, keep ?? 1);
  return computeNoise(technique, {
    ...pickNoiseParameters(numbers),
    ...(given !== undefined && { keep: given }),
  });
}
