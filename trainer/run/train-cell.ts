import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Trainer } from '../backends/backend.ts';
import { backendOf } from '../backends/index.ts';
import { batchOrder, batchReader } from '../data/batches.ts';
import type { DataSet } from '../data/data-set.ts';
import { initOf } from '../inits/index.ts';
import { fullyConnected, initialValues } from '../networks/fully-connected.ts';
import { inputNames, parameterNames } from '../networks/names.ts';
import { type NoiseLayers, statesAt } from '../networks/noise.ts';
import { optimisers } from '../optimisers/index.ts';
import { type Stream, stream } from '../random/stream.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique } from '../techniques/technique.ts';
import { cellNetwork } from './cell-network.ts';
import { type Cell, describeCell } from './cells.ts';
import { evaluate, evaluateNoisy, settle } from './evaluate.ts';
import { layerReport } from './layer-report.ts';
import { neutralFeeds, noiseFeeds } from './noise-feeds.ts';

/** What a cell is trained with. */
type Setup = {
  plan: Plan;
  data: DataSet;
  trainer: Trainer;
  technique: Technique;
  noise: NoiseLayers;
  source: (...purpose: (string | number)[]) => Stream;
};

/**
 * Trains one cell of a plan and measures it. The result depends on the plan and the cell alone.
 *
 * @param plan the plan
 * @param cell one of its cells
 * @param data the data set
 * @param progress is called after each step with the number of steps taken
 * @returns the cell's row of the grid
 * @throws Error when the back end fails; a loss that is not finite is no failure but a row with status `diverged`
 * @example const row = await trainCell(plan, planCells(plan)[0], data);
 */
export async function trainCell(
  plan: Plan,
  cell: Cell,
  data: DataSet,
  progress: (steps: number) => void = () => {},
): Promise<GridRow> {
  const { depth, sigma_w2, keep, seed } = cell;
  const { network, training } = plan;
  const source = (...purpose: (string | number)[]): Stream =>
    stream(seed, 'depth', depth, 'sigma_w2', sigma_w2, 'keep', keep, ...purpose);
  const backend = backendOf(plan.backend);
  const shape = cellNetwork(plan, cell, data, backend.dialect);
  const init = initOf(network.init, { sigma_w2, sigma_b2: network.sigma_b2 });
  const [first, last] = [parameterNames.weights(1), parameterNames.weights(depth + 1)] as const;
  const trainer = await backend.create(
    {
      name: describeCell(cell),
      network: fullyConnected(shape),
      optimiser: optimisers[training.optimiser],
      options: training,
      norms: [first, last],
    },
    initialValues(shape, init, (name) => source('initial', name)),
  );
  try {
    const { noise } = shape;
    const setup = { plan, data, trainer, technique: techniques[network.technique], noise, source };
    const trained = await train(setup, progress);
    const measured = trained.finite ? await measure(setup) : DIVERGED;
    const layers =
      measured.loss === null ? undefined : layerReport(noise, await trainer.values(), trained.watched);
    return {
      depth,
      sigma_w2,
      keep,
      seed,
      ...measured,
      steps: trained.steps,
      status: measured.loss === null ? 'diverged' : 'ok',
      gradient_norm_first: finite(trained.norms[first]),
      gradient_norm_last: finite(trained.norms[last]),
      ...(layers && { layers }),
    };
  } finally {
    await trainer.release();
  }
}

type Measured = Pick<GridRow, 'train_accuracy' | 'train_accuracy_noisy' | 'test_accuracy' | 'loss'>;

const DIVERGED: Measured = {
  train_accuracy: null,
  train_accuracy_noisy: null,
  test_accuracy: null,
  loss: null,
};

type Numbers = Readonly<Record<string, number>>;

/** The steps of the plan, or as many as there are before the loss leaves the finite numbers. */
async function train(
  { plan, data, trainer, technique, noise, source }: Setup,
  progress: (steps: number) => void,
): Promise<{ steps: number; finite: boolean; norms: Numbers; watched: Numbers }> {
  const { batch, steps } = plan.training;
  const read = batchReader(data, data.train, batch);
  const images = plan.data.train_images ?? data.train.count;
  const order = batchOrder(images, (epoch) => source('batch order', epoch));
  const drawn = noiseFeeds(noise, source('noise', 'training'));
  const weight = new Float32Array(1);
  let norms: Numbers = {};
  let watched: Numbers = {};
  for (let step = 0; step < steps; step++) {
    const shown = read((i) => order(step * batch + i));
    const feeds = { [inputNames.images]: shown.images, [inputNames.labels]: shown.labels, ...drawn() };
    if (technique.penaltyWeight) {
      weight[0] = technique.penaltyWeight({ step, steps, images });
      feeds[inputNames.penaltyWeight] = weight;
    }
    const result = await trainer.step(feeds);
    if (step === 0) norms = result.norms;
    if (!Number.isFinite(result.loss)) return { steps: step, finite: false, norms, watched };
    watched = result.watched;
    progress(step + 1);
    // the runtime's promises are fulfilled without leaving this turn of the event loop: let messages through
    await setImmediate();
  }
  return { steps, finite: true, norms, watched };
}

async function measure({ plan, trainer, data, technique, noise, source }: Setup): Promise<Measured> {
  const { batch } = plan.training;
  const { train_images, test_images } = plan.evaluation;
  const [train, test] = [data.train, data.test].map((set) => batchReader(data, set, batch)) as [
    ReturnType<typeof batchReader>,
    ReturnType<typeof batchReader>,
  ];
  if (plan.evaluation.recalibrate && technique.settle) {
    const { neutral, from } = technique.settle;
    const feeds = neutralFeeds(noise, neutral);
    await settle(trainer, train, train_images, batch, feeds, statesAt(noise, from));
  }
  const onTrain = await evaluate(trainer, train, train_images, batch);
  const onTest = await evaluate(trainer, test, test_images, batch);
  const drawn = noiseFeeds(noise, source('noise', 'evaluation'));
  const noisy = await evaluateNoisy(trainer, train, train_images, batch, drawn);
  if (!Number.isFinite(onTrain.loss)) return DIVERGED;
  return {
    train_accuracy: onTrain.accuracy,
    train_accuracy_noisy: noisy,
    test_accuracy: onTest.accuracy,
    loss: onTrain.loss,
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
