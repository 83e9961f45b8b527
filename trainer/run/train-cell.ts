import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import type { Trainer } from '../backends/backend.ts';
import { findBackend } from '../backends/index.ts';
import { createBatchOrder, createBatchReader, type DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { buildModel, drawInitialValues, trainedNetwork } from '../networks/fully-connected.ts';
import {
  drawNoise,
  feedNeutral,
  inputNames,
  type NoiseLayers,
  parameterNames,
  setStates,
} from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, type Stream } from '../random/stream.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique } from '../techniques/technique.ts';
import { type Cell, describeCell, pickCell } from './cells.ts';
import {
  countCorrect,
  evaluate,
  evaluateNoisy,
  type FirstLayer,
  measureFirstLayer,
  recalibrate,
  reportLayers,
} from './evaluate.ts';

/** Batches over which the last accuracy is taken. */
const LAST = 10;

/** What a row tells of how training went. */
export type TrainingHistoryDetails = Pick<GridRow, 'train_accuracy_last' | 'first_step_25' | 'first_step_50'>;

/** Follows the accuracy of the batches that a network is trained with, noise on, as they come. */
export class TrainingHistory {
  readonly #accuracies: number[] = [];
  #quarter: number | null = null;
  #half: number | null = null;
  #steps = 0;

  /** Takes the next batch. */
  add(accuracy: number): void {
    this.#steps++;
    if (accuracy >= 0.25) this.#quarter ??= this.#steps;
    if (accuracy >= 0.5) this.#half ??= this.#steps;
    this.#accuracies.push(accuracy);
    if (this.#accuracies.length > LAST) this.#accuracies.shift();
  }

  /** The mean over the last 10 batches, or over those that there were; null before the first. */
  get last(): number | null {
    const { length } = this.#accuracies;
    return length === 0 ? null : this.#accuracies.reduce((sum, one) => sum + one, 0) / length;
  }

  /** Whether the last 10 batches have reached an accuracy on average. */
  reached(accuracy: number): boolean {
    return this.#accuracies.length === LAST && (this.last as number) >= accuracy;
  }

  /** What a row tells of it. */
  details(): TrainingHistoryDetails {
    return { train_accuracy_last: this.last, first_step_25: this.#quarter, first_step_50: this.#half };
  }
}

/** How far a cell's training is. */
export type TrainingState = {
  /** Steps taken. */
  readonly steps: number;
  /** Of the last batch, in nats. */
  readonly loss: number;
  /** Mean over the last 10 batches. */
  readonly accuracy: number;
};

/** What a cell is trained with. */
type Setup = {
  plan: Plan;
  data: DataSet;
  trainer: Trainer;
  technique: Technique;
  noise: NoiseLayers;
  source: (...purpose: (string | number)[]) => Stream;
};

/** Trains one cell of a plan and measures it. The result depends on the plan and the cell alone. */
export async function trainCell(
  plan: Plan,
  cell: Cell,
  data: DataSet,
  progress: (state: TrainingState) => void = () => {},
): Promise<GridRow> {
  const { depth, sigma_w2, keep, seed } = cell;
  const { network } = plan;
  const training = { ...plan.training, learning_rate: valueAt(plan, cell, 'learning_rate') };
  const source = (...purpose: (string | number)[]): Stream =>
    createStream(seed, 'depth', depth, 'sigma_w2', sigma_w2, 'keep', keep, ...purpose);
  const backend = findBackend(plan.backend);
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const init = findInit(network.init, { sigma_w2, sigma_b2: valueAt(plan, cell, 'sigma_b2') });
  const [first, last] = [parameterNames.weights(1), parameterNames.weights(depth + 1)] as const;
  const values = drawInitialValues(shape, init, (name) => source('initial', name));
  const trainer = await backend.create(
    {
      name: describeCell(cell),
      network: buildModel(shape),
      optimiser: optimisers[training.optimiser],
      options: training,
      norms: [first, last],
    },
    values,
  );
  try {
    const { noise } = shape;
    const setup = { plan, data, trainer, technique: techniques[network.technique], noise, source };
    const trained = await train(setup, progress);
    const measured = trained.finite ? await measure(setup) : DIVERGED;
    const layers =
      measured.loss === null ? undefined : reportLayers(noise, await trainer.values(), trained.watched);
    return {
      ...pickCell(cell),
      ...measured,
      steps: trained.steps,
      status: measured.loss === null ? 'diverged' : 'ok',
      gradient_norm_first: toFinite(trained.norms[first]),
      gradient_norm_last: toFinite(trained.norms[last]),
      ...(plan.evaluation.details && { ...trained.course.details(), ...measureAtStart(data, values) }),
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

/** What training gives. */
type Trained = { steps: number; finite: boolean; norms: Numbers; watched: Numbers; course: TrainingHistory };

/** The steps of the plan, or as many as there are before one of its rules ends training. */
async function train(
  { plan, data, trainer, technique, noise, source }: Setup,
  progress: (state: TrainingState) => void,
): Promise<Trained> {
  const { batch, steps, stop = {} } = plan.training;
  const course = new TrainingHistory();
  const read = createBatchReader(data, data.train, batch);
  const images = plan.data.train_images ?? data.train.count;
  const order = createBatchOrder(images, (epoch) => source('batch order', epoch));
  const drawn = drawNoise(noise, source('noise', 'training'));
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
    if (!(result.loss <= (stop.loss ?? Number.MAX_VALUE)))
      return { steps: step, finite: false, norms, watched, course };
    watched = result.watched;
    course.add(countCorrect(result.logits, shown.labels) / batch);
    progress({ steps: step + 1, loss: result.loss, accuracy: course.last ?? 0 });
    if (stop.accuracy !== undefined && course.reached(stop.accuracy))
      return { steps: step + 1, finite: true, norms, watched, course };
    // the runtime's promises are fulfilled without leaving this turn of the event loop: let messages through
    await setImmediate();
  }
  return { steps, finite: true, norms, watched, course };
}

async function measure({ plan, trainer, data, technique, noise, source }: Setup): Promise<Measured> {
  const { batch } = plan.training;
  const { train_images, test_images } = plan.evaluation;
  const [train, test] = [data.train, data.test].map((set) => createBatchReader(data, set, batch)) as [
    ReturnType<typeof createBatchReader>,
    ReturnType<typeof createBatchReader>,
  ];
  if (plan.evaluation.recalibrate && technique.recalibration) {
    const { neutral, from } = technique.recalibration;
    const feeds = feedNeutral(noise, neutral);
    await recalibrate(trainer, train, train_images, batch, feeds, setStates(noise, from));
  }
  const onTrain = await evaluate(trainer, train, train_images, batch);
  const onTest = await evaluate(trainer, test, test_images, batch);
  const drawn = drawNoise(noise, source('noise', 'evaluation'));
  const noisy = await evaluateNoisy(trainer, train, train_images, batch, drawn);
  if (!Number.isFinite(onTrain.loss)) return DIVERGED;
  return {
    train_accuracy: onTrain.accuracy,
    train_accuracy_noisy: noisy,
    test_accuracy: onTest.accuracy,
    loss: onTrain.loss,
  };
}

/** Images that q0 and c0 are taken over: 4950 pairs. */
const IMAGES = 100;

/** q0 and c0 of the first training images. */
function measureAtStart(data: DataSet, values: readonly Parameter[]): FirstLayer {
  const { images } = createBatchReader(data, data.train, IMAGES)((i) => i);
  const [weights, biases] = [parameterNames.weights(1), parameterNames.biases(1)].map(
    (name) => values.find((value) => value.name === name)?.data as Float32Array,
  ) as [Float32Array, Float32Array];
  return measureFirstLayer(images, weights, biases);
}

function toFinite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
