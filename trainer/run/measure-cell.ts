import type { GridRow } from '../../schemas/grid.ts';
import type { Backend } from '../backends/backend.ts';
import { type AnyData, createReader, isOfRows } from '../data/any-data.ts';
import { drawNoise, inputNames, type Model, parameterNames } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';
import { spearman } from '../statistics/correlation.ts';
import { computeNoiseVariances } from '../techniques/vsd.ts';
import { measureCurvature } from './curvature.ts';
import {
  evaluate,
  evaluateNoisy,
  type FirstLayer,
  measureFirstLayer,
  recalibrate,
  reportLayers,
  toFinite,
} from './evaluate.ts';
import { pruneWeights } from './prune.ts';
import { measureRegression } from './regression.ts';
import type { Numbers, Setup } from './train-steps.ts';
import { measureUncertainty } from './uncertainty.ts';

/** What every trained network is measured by. */
export type Measured = Pick<
  GridRow,
  'train_accuracy' | 'train_accuracy_noisy' | 'test_accuracy' | 'loss' | 'test_rmse'
>;

/** What there is of a network that diverged. */
export const DIVERGED: Measured = {
  train_accuracy: null,
  train_accuracy_noisy: null,
  test_accuracy: null,
  loss: null,
};

/** Takes the accuracies and losses of a trained network. */
export async function measure({ plan, trainer, data, noise, source }: Setup): Promise<Measured> {
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
export async function measureExtensions(setup: Setup): Promise<Partial<GridRow>> {
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

/** What the layers report, and the correlation of their noise's variances with the loss's curvature where the plan asks for it. */
export async function describeLayers(
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
    const own = (name: string) => values.find((value) => value.name === inputNames.own(at, name))?.data;
    const [logAlpha, bend] = [own('log_alpha'), bends[at - 1]];
    if (!logAlpha || !bend) return null;
    const vectors = [1, 2, 3, 4, 5].flatMap((t) => own(`v ${t}`) ?? []);
    return toFinite(spearman(computeNoiseVariances(logAlpha, vectors), bend));
  });
  return { ...layers, alpha_curvature };
}

/** Images that q0 and c0 are taken over: 4950 pairs. */
const IMAGES = 100;

/** q0 and c0 of the first training images. */
export function measureAtStart(data: AnyData, values: readonly Parameter[]): FirstLayer {
  const { images } = createReader(data, 'train', IMAGES)((i) => i);
  const [weights, biases] = [parameterNames.weights(1), parameterNames.biases(1)].map(
    (name) => values.find((value) => value.name === name)?.data as Float32Array,
  ) as [Float32Array, Float32Array];
  return measureFirstLayer(images, weights, biases);
}
