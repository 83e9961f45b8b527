import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import type { Backend, StepResult, Trainer } from '../backends/backend.ts';
import { findBackend } from '../backends/index.ts';
import { type AnyData, createReader, isOfRows } from '../data/any-data.ts';
import { createBatchOrder, type DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { drawNoise, inputNames, type Model, type NoiseLayers, parameterNames } from '../networks/model.ts';
import { buildModel, drawInitialValues, listWeights } from '../networks/network-graph.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import type { Parameter } from '../onnx.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, type Stream } from '../random/stream.ts';
import { spearman } from '../statistics/correlation.ts';
import { describeSample } from '../statistics/paired.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique } from '../techniques/technique.ts';
import { type Cell, describeCell, pickCell } from './cells.ts';
import { Course } from './course.ts';
import { measureCurvature } from './curvature.ts';
import {
  countCorrect,
  evaluate,
  evaluateNoisy,
  type FirstLayer,
  measureFirstLayer,
  recalibrate,
  reportLayers,
} from './evaluate.ts';
import { countTrainingImages } from './plan.ts';
import { pruneWeights } from './prune.ts';
import { measureRegression } from './regression.ts';
import { measureUncertainty } from './uncertainty.ts';

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
  /** Mean over the last 10 batches; null for a regression. */
  readonly accuracy: number | null;
};

/**
 * How far a cell's training is, in words.
 *
 * @example describeState({ steps: 10, loss: 2.3, accuracy: 0.1 }) // 'step 10, loss 2.300, accuracy 0.10'
 */
export function describeState({ steps, loss, accuracy }: TrainingState): string {
  return `step ${steps}, loss ${loss.toFixed(3)}${accuracy === null ? '' : `, accuracy ${accuracy.toFixed(2)}`}`;
}

/** What a cell is trained with. */
type Setup = {
  plan: Plan;
  data: AnyData;
  /** The set whose images are out of distribution, where the plan names one. */
  other: DataSet | undefined;
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
 * @param data the data set of the plan
 * @param progress is told how far training is, after each step
 * @param other the data set that the plan names as out of distribution, if it does
 */
export async function trainCell(
  plan: Plan,
  cell: Cell,
  data: AnyData,
  progress: (state: TrainingState) => void = () => {},
  other?: DataSet,
): Promise<GridRow> {
  const { depth, sigma_w2, keep, seed } = cell;
  const { network } = plan;
  const { common_random_numbers: common, ...rest } = plan.training;
  const training = { ...rest, learning_rate: valueAt(plan, cell, 'learning_rate') };
  const point = common ? [] : ['depth', depth, 'sigma_w2', sigma_w2, 'keep', keep];
  const source = (...purpose: (string | number)[]): Stream => createStream(seed, ...point, ...purpose);
  const backend = findBackend(plan.backend);
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const init = findInit(network.init, { sigma_w2, sigma_b2: valueAt(plan, cell, 'sigma_b2') });
  const weights = listWeights(shape);
  const [first, last] = [weights[0] as string, weights.at(-1) as string];
  const values = drawInitialValues(shape, init, (name) => source('initial', name));
  const model = buildModel(shape);
  const trainer = await backend.create(
    {
      name: describeCell(cell),
      network: model,
      optimiser: optimisers[training.optimiser],
      options: training,
      // a course has the norm of the whole gradient
      norms: plan.evaluation.course ? model.parameters.map(({ name }) => name) : [first, last],
    },
    values,
  );
  try {
    const { noise } = shape;
    const setup = { plan, data, other, trainer, technique: techniques[network.technique], noise, source };
    const trained = await train(setup, progress);
    const measured = trained.finite ? await measure(setup) : DIVERGED;
    const extended = measured.loss === null ? {} : await measureExtensions(setup);
    const layers =
      measured.loss === null ? undefined : await describeLayers(setup, backend, model, trained.watched);
    return {
      ...pickCell(cell),
      ...measured,
      steps: trained.steps,
      status: measured.loss === null ? 'diverged' : 'ok',
      gradient_norm_first: toFinite(trained.norms[first]),
      gradient_norm_last: toFinite(trained.norms[last]),
      ...(plan.evaluation.details && { ...trained.history.details(), ...measureAtStart(data, values) }),
      ...extended,
      ...(measured.loss !== null && trained.spread),
      ...(trained.course && { course: trained.course.lists() }),
      ...(layers && { layers }),
    };
  } finally {
    await trainer.release();
  }
}

type Measured = Pick<
  GridRow,
  'train_accuracy' | 'train_accuracy_noisy' | 'test_accuracy' | 'loss' | 'test_rmse'
>;

const DIVERGED: Measured = {
  train_accuracy: null,
  train_accuracy_noisy: null,
  test_accuracy: null,
  loss: null,
};

type Numbers = Readonly<Record<string, number>>;

/** What training gives. */
type Trained = {
  steps: number;
  finite: boolean;
  norms: Numbers;
  watched: Numbers;
  history: TrainingHistory;
  course?: Course | undefined;
  /** Of the loss over the last steps, where there is a course. */
  spread?: Pick<GridRow, 'loss_mean' | 'loss_spread'> | undefined;
};

/** The steps of the plan, or as many as there are before one of its rules ends training. */
async function train(setup: Setup, progress: (state: TrainingState) => void): Promise<Trained> {
  const { plan, data, trainer, technique, noise, source } = setup;
  const { batch, steps, stop = {} } = plan.training;
  const history = new TrainingHistory();
  const observer = plan.evaluation.course && observeCourse(setup, plan.evaluation.course);
  const read = createReader(data, 'train', batch);
  const images = countTrainingImages(plan.data);
  const order = createBatchOrder(images, (epoch) => source('batch order', epoch));
  const drawn = drawNoise(noise, source('noise', 'training'));
  const weight = new Float32Array(1);
  let norms: Numbers = {};
  let watched: Numbers = {};
  const end = (taken: number, finite: boolean): Trained => ({
    ...{ steps: taken, finite, norms, watched, history },
    ...(observer && { course: observer.course, spread: observer.spread() }),
  });
  for (let step = 0; step < steps; step++) {
    const shown = read((i) => order(step * batch + i));
    const feeds = { [inputNames.images]: shown.images, [inputNames.labels]: shown.labels, ...drawn() };
    if (technique.penaltyWeight) {
      weight[0] = technique.penaltyWeight({ step, steps, images });
      feeds[inputNames.penaltyWeight] = weight;
    }
    const result = await trainer.step(feeds);
    if (step === 0) norms = result.norms;
    if (!(result.loss <= (stop.loss ?? Number.MAX_VALUE))) return end(step, false);
    watched = result.watched;
    const accuracy =
      shown.labels instanceof Float32Array ? null : countCorrect(result.logits, shown.labels) / batch;
    if (accuracy !== null) history.add(accuracy);
    await observer?.observe(step + 1, { ...result, accuracy });
    progress({
      steps: step + 1,
      loss: result.loss,
      accuracy: accuracy === null ? null : (history.last ?? 0),
    });
    if (stop.accuracy !== undefined && history.reached(stop.accuracy)) return end(step + 1, true);
    // the runtime's promises are fulfilled without leaving this turn of the event loop: let messages through
    await setImmediate();
  }
  return end(steps, true);
}

/** Records a network's course, and the losses of its last steps. */
function observeCourse(
  { plan, data, trainer, noise }: Setup,
  { every, last_steps }: NonNullable<Plan['evaluation']['course']>,
) {
  const { batch, steps } = plan.training;
  const course = new Course();
  const losses: number[] = [];
  const read = createReader(data, 'train', batch);
  const lossOff = async () => (await evaluate(trainer, read, plan.evaluation.train_images, batch)).loss;
  return {
    course,
    spread() {
      if (losses.length < 2) return undefined;
      const { mean, deviation } = describeSample(losses);
      return { loss_mean: toFinite(mean), loss_spread: toFinite(deviation) };
    },
    async observe(
      step: number,
      { loss, accuracy, norms, watched }: StepResult & { accuracy: number | null },
    ) {
      const isEntry = step === 1 || step % every === 0 || step === steps;
      const isLast = step > steps - last_steps;
      if (!isEntry && !isLast) return;
      const loss_off = await lossOff();
      if (isLast) losses.push(loss_off);
      if (!isEntry) return;
      const gradient_norm = Math.hypot(...Object.values(norms));
      const layers = reportLayers(noise, await trainer.values(), watched);
      course.add({ step, loss, accuracy, loss_off, gradient_norm, ...pickLearned(layers) });
    },
  };
}

/** What a course shows of what a technique learned. */
const LEARNED = ['keep_effective', 'mu', 'sigma', 'off_diagonal'] as const;

function pickLearned(layers: ReturnType<typeof reportLayers>) {
  return Object.fromEntries(LEARNED.flatMap((name) => (layers?.[name] ? [[name, layers[name]]] : [])));
}

async function measure({ plan, trainer, data, noise, source }: Setup): Promise<Measured> {
  const { batch } = plan.training;
  const { train_images, test_images } = plan.evaluation;
  const [train, test] = [createReader(data, 'train', batch), createReader(data, 'test', batch)];
  if (plan.evaluation.recalibrate) await recalibrate(trainer, train, train_images, batch);
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
    ...(onTest.rmse !== null && { test_rmse: toFinite(onTest.rmse) }),
  };
}

/** What the plan asks to be measured beyond that. */
async function measureExtensions(setup: Setup): Promise<Partial<GridRow>> {
  const { plan, trainer, data, other, noise, source } = setup;
  const { batch } = plan.training;
  const { test_images, uncertainty, prune } = plan.evaluation;
  const { validation_images } = plan.data;
  const found: Partial<GridRow> = {};
  if (validation_images !== undefined) {
    const read = createReader(data, 'train', batch);
    const from = data.train.count - validation_images;
    const heldOut = (index: (i: number) => number) => read((i) => from + index(i));
    const { accuracy, loss, rmse } = await evaluate(trainer, heldOut, validation_images, batch);
    Object.assign(found, {
      ...(accuracy !== null && { validation_accuracy: accuracy }),
      validation_loss: toFinite(loss),
      ...(rmse !== null && { validation_rmse: toFinite(rmse) }),
    });
  }
  if (uncertainty) {
    const passes = noise.some((layer) => layer?.feed) ? uncertainty.passes : 0;
    const drawn = drawNoise(noise, source('noise', 'uncertainty'));
    const asked = { trainer, batch, passes, noise: drawn };
    Object.assign(
      found,
      isOfRows(data)
        ? await measureRegression({ ...asked, data, rows: test_images })
        : await measureUncertainty({ ...asked, data, other, images: test_images }),
    );
  }
  if (prune) {
    const read = createReader(data, 'test', batch);
    const values = await trainer.values();
    found.pruned_accuracy = [];
    for (const share of prune) {
      const { accuracy } = await evaluate(trainer, read, test_images, batch, pruneWeights(values, share));
      found.pruned_accuracy.push(accuracy);
    }
  }
  return found;
}

/** What the layers report, and the correlation of their alphas with the loss's curvature where the plan asks for it. */
async function describeLayers(
  { plan, data, trainer, noise }: Setup,
  backend: Backend,
  model: Model,
  watched: Numbers,
): Promise<GridRow['layers']> {
  const values = await trainer.values();
  const layers = reportLayers(noise, values, watched);
  if (!layers || !plan.evaluation.curvature) return layers;
  const { batch } = plan.training;
  const reader = createReader(data, 'train', batch);
  const bends = await measureCurvature({
    ...{ backend, model, values, batch, images: plan.evaluation.train_images },
    read: (from) => reader((i) => from + i),
  });
  const alpha_curvature = noise.map((_, at) => {
    const alphas = values.find(({ name }) => name === inputNames.own(at, 'log_alpha'))?.data;
    const bend = bends[at - 1];
    return alphas && bend ? toFinite(spearman(alphas, bend)) : null;
  });
  return { ...layers, alpha_curvature };
}

/** Images that q0 and c0 are taken over: 4950 pairs. */
const IMAGES = 100;

/** q0 and c0 of the first training images. */
function measureAtStart(data: AnyData, values: readonly Parameter[]): FirstLayer {
  const { images } = createReader(data, 'train', IMAGES)((i) => i);
  const [weights, biases] = [parameterNames.weights(1), parameterNames.biases(1)].map(
    (name) => values.find((value) => value.name === name)?.data as Float32Array,
  ) as [Float32Array, Float32Array];
  return measureFirstLayer(images, weights, biases);
}

function toFinite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
