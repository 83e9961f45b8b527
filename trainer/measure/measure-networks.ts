import { type Plan, valueAt } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import { findBackend } from '../backends/index.ts';
import { batchReader } from '../data/batches.ts';
import type { DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { buildModel, drawInitialValues, trainedNetwork } from '../networks/fully-connected.ts';
import { inputNames } from '../networks/model.ts';
import { drawNoise } from '../networks/noise.ts';
import { drawGaussians, type Stream, stream } from '../random/stream.ts';
import type { Cell } from '../run/cells.ts';
import { Probe, READ_OUT } from './probe.ts';
import { networkSums } from './statistics.ts';

/**
 * Measures initialisations of a cell's network, untrained, noise on. Each depends on the plan, the cell and its own number
 * alone.
 *
 * @param plan the plan; its member `measurement` says what inputs and read-out there are
 * @param cell one of its cells
 * @param networks the numbers of the initialisations
 * @param data the data set, for its sizes, and for its images where they are the inputs
 * @returns the sums of each network, see networkSums
 * @throws Error when the back end fails
 * @example await measureNetworks(plan, cell, [0, 1, 2], data)
 */
export async function measureNetworks(
  plan: Plan,
  cell: Cell,
  networks: readonly number[],
  data: DataSet,
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
        stream(
          cell.seed,
          'measurement',
          ...['depth', cell.depth, 'sigma_w2', cell.sigma_w2, 'keep', cell.keep, 'network', number],
          ...purpose,
        );
      const values = drawInitialValues(shape, init, (name) => source('initial', name));
      const layers = await probe.run({
        ...Object.fromEntries(values.map(({ name, data: value }) => [name, value])),
        ...drawNoise(shape.noise, source('noise'))(),
        ...inputsOf(options, data, source, batch, number),
        [inputNames.penaltyWeight]: new Float32Array(1),
        [READ_OUT]: drawGaussians(source('read-out'), shape.network.width as number, 1),
      });
      found.push(networkSums(layers, batch));
    }
    return found;
  } finally {
    await probe.release();
  }
}

/** The inputs of one network: pairs of gaussian vectors with a given mean cosine, or training images in their order. */
function inputsOf(
  { inputs, cosine }: MeasurementOptions,
  data: DataSet,
  source: (...purpose: string[]) => Stream,
  batch: number,
  network: number,
) {
  if (inputs === 'data') {
    const read = batchReader(data, data.train, batch);
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
