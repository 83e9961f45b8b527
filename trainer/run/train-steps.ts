import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { StepResult, Trainer } from '../backends/backend.ts';
import { type AnyData, createReader } from '../data/any-data.ts';
import { createBatchOrder, type DataSet } from '../data/data-set.ts';
import { drawNoise, inputNames, type NoiseLayers } from '../networks/model.ts';
import type { Stream } from '../random/stream.ts';
import { describeSample } from '../statistics/paired.ts';
import type { Technique } from '../techniques/technique.ts';
import { Course } from './course.ts';
import { countCorrect, evaluate, reportLayers, toFinite } from './evaluate.ts';
import { countTrainingImages } from './plan.ts';
import { TrainingHistory, type TrainingState } from './training-history.ts';

/** What a cell is trained with. */
export type Setup = {
  plan: Plan;
  data: AnyData;
  /** The set whose images are out of distribution, where the plan names one. */
  other: DataSet | undefined;
  trainer: Trainer;
  technique: Technique;
  noise: NoiseLayers;
  source: (...purpose: (string | number)[]) => Stream;
};

/** Numbers by name. */
export type Numbers = Readonly<Record<string, number>>;

/** What training gives. */
export type Trained = {
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
export async function train(setup: Setup, progress: (state: TrainingState) => void): Promise<Trained> {
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
const LEARNED = ['keep_effective', 'mu', 'sigma', 'off_diagonal', 'off_diagonal_random'] as const;

function pickLearned(layers: ReturnType<typeof reportLayers>) {
  return Object.fromEntries(LEARNED.flatMap((name) => (layers?.[name] ? [[name, layers[name]]] : [])));
}
