import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { activations } from '../activations/index.ts';
import type { Trainer } from '../backends/backend.ts';
import { backends } from '../backends/index.ts';
import { batchOrder, batchReader } from '../data/batches.ts';
import type { DataSet } from '../data/data-set.ts';
import {
  fullyConnected,
  initialParameters,
  inputNames,
  parameterNames,
} from '../networks/fully-connected.ts';
import { optimisers } from '../optimisers/index.ts';
import { type Stream, stream } from '../random/stream.ts';
import { techniques } from '../techniques/index.ts';
import { type Cell, describeCell } from './cells.ts';
import { evaluate, evaluateNoisy } from './evaluate.ts';
import { type NoiseFeeds, noiseFeeds } from './noise-feeds.ts';

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
  const { batch } = plan.training;
  const source = (...purpose: (string | number)[]): Stream =>
    stream(seed, 'depth', depth, 'sigma_w2', sigma_w2, 'keep', keep, ...purpose);
  const shape = {
    inputs: data.pixelsPerImage,
    classes: data.classes,
    width: plan.network.width,
    depth,
    batch,
    activation: activations[plan.network.activation],
    noise: techniques[plan.network.technique].noise(keep),
  };
  const variances = { sigma_w2, sigma_b2: plan.network.sigma_b2 };
  const [first, last] = [parameterNames.weights(1), parameterNames.weights(depth + 1)] as const;
  const trainer = await backends[plan.backend].create(
    {
      name: describeCell(cell),
      network: fullyConnected(shape),
      optimiser: optimisers[plan.training.optimiser],
      options: plan.training,
      norms: [first, last],
    },
    initialParameters(shape, variances, (name) => source('initial', name)),
  );
  try {
    const noise = noiseFeeds(shape, source('noise', 'training'));
    const training = await train(plan, trainer, data, source, noise, progress);
    const measured = training.finite
      ? await measure(plan, trainer, data, noiseFeeds(shape, source('noise', 'evaluation')))
      : DIVERGED;
    return {
      depth,
      sigma_w2,
      keep,
      seed,
      ...measured,
      steps: training.steps,
      status: measured.loss === null ? 'diverged' : 'ok',
      gradient_norm_first: finite(training.norms[first]),
      gradient_norm_last: finite(training.norms[last]),
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

/** The steps of the plan, or as many as there are before the loss leaves the finite numbers. */
async function train(
  plan: Plan,
  trainer: Trainer,
  data: DataSet,
  source: (...purpose: (string | number)[]) => Stream,
  noise: NoiseFeeds,
  progress: (steps: number) => void,
): Promise<{ steps: number; finite: boolean; norms: Readonly<Record<string, number>> }> {
  const { batch, steps } = plan.training;
  const read = batchReader(data, data.train, batch);
  const order = batchOrder(data.train.count, (epoch) => source('batch order', epoch));
  let norms: Readonly<Record<string, number>> = {};
  for (let step = 0; step < steps; step++) {
    const { images, labels } = read((i) => order(step * batch + i));
    const feeds = { [inputNames.images]: images, [inputNames.labels]: labels, ...noise() };
    const result = await trainer.step(feeds);
    if (step === 0) norms = result.norms;
    if (!Number.isFinite(result.loss)) return { steps: step, finite: false, norms };
    progress(step + 1);
    // the runtime's promises are fulfilled without leaving this turn of the event loop: let messages through
    await setImmediate();
  }
  return { steps, finite: true, norms };
}

async function measure(plan: Plan, trainer: Trainer, data: DataSet, noise: NoiseFeeds): Promise<Measured> {
  const { batch } = plan.training;
  const { train_images, test_images } = plan.evaluation;
  const train = await evaluate(trainer, batchReader(data, data.train, batch), train_images, batch);
  const test = await evaluate(trainer, batchReader(data, data.test, batch), test_images, batch);
  const noisy = await evaluateNoisy(
    trainer,
    batchReader(data, data.train, batch),
    train_images,
    batch,
    noise,
  );
  if (!Number.isFinite(train.loss)) return DIVERGED;
  return {
    train_accuracy: train.accuracy,
    train_accuracy_noisy: noisy,
    test_accuracy: test.accuracy,
    loss: train.loss,
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
