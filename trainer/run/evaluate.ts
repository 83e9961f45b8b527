import { setImmediate } from 'node:timers/promises';
import type { Trainer } from '../backends/backend.ts';
import type { AnyBatch, BatchReader } from '../data/any-data.ts';
import { inputNames, type NoiseFeeds, type NoiseLayers } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';

/** What an evaluation finds. */
export type Evaluated = {
  /** mean, in nats */
  readonly loss: number;
  /** of classes; null for a regression */
  readonly accuracy: number | null;
  /** root mean square error of a regression, in the unit of its targets; null for classes */
  readonly rmse: number | null;
};

/** Loss and accuracy, or error, over the first images of a set, noise off; with other values of the parameters where they are given. */
export async function evaluate(
  trainer: Trainer,
  read: BatchReader,
  images: number,
  batch: number,
  values?: readonly Parameter[],
): Promise<Evaluated> {
  let loss = 0;
  let [right, squares]: [number | undefined, number | undefined] = [undefined, undefined];
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    const result = await trainer.evaluate(feeds(one), values);
    loss += result.loss * batch;
    if (one.labels instanceof Float32Array)
      squares = (squares ?? 0) + sumSquaredErrors(result.logits, one.labels);
    else right = (right ?? 0) + countCorrect(result.logits, one.labels);
    await setImmediate();
  }
  return {
    loss: loss / images,
    accuracy: right === undefined ? null : right / images,
    rmse: squares === undefined ? null : Math.sqrt(squares / images),
  };
}

/**
 * Accuracy as {@link evaluate} takes it, but with the noise on: one draw for each image. Batch norms normalise as in {@link evaluate}. Null
 * for a regression.
 */
export async function evaluateNoisy(
  trainer: Trainer,
  read: BatchReader,
  images: number,
  batch: number,
  noise: NoiseFeeds,
): Promise<number | null> {
  let right = 0;
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    if (one.labels instanceof Float32Array) return null;
    const { logits } = await trainer.evaluateNoisy({ ...feeds(one), ...noise() });
    right += countCorrect(logits, one.labels);
    await setImmediate();
  }
  return right / images;
}

/** Takes the running statistics of a network's batch norms anew over the first images of a set, noise off. */
export async function recalibrate(
  trainer: Trainer,
  read: BatchReader,
  images: number,
  batch: number,
): Promise<void> {
  for (let at = 0; at < images; at += batch) {
    await trainer.recalibrate(feeds(read((i) => at + i)), at === 0);
    await setImmediate();
  }
}

/**
 * How many images have their largest logit, or probability, at their label. Of equal ones the first counts.
 * @example countCorrect(Float32Array.of(0.1, 0.9), BigInt64Array.of(1n)) // 1
 */
export function countCorrect(
  logits: Float32Array | Float64Array,
  labels: BigInt64Array | Uint8Array,
): number {
  const classes = logits.length / labels.length;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const from = i * classes;
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((logits[from + c] as number) > (logits[from + best] as number)) best = c;
    if (best === Number(labels[i])) right++;
  }
  return right;
}

/**
 * The sum of the squared differences of predictions and targets.
 *
 * @example sumSquaredErrors([1, 2], [1, 4]) // 4
 */
export function sumSquaredErrors(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += ((predictions[i] as number) - (targets[i] as number)) ** 2;
  return sum;
}

function feeds({ images, labels }: AnyBatch) {
  return { [inputNames.images]: images, [inputNames.labels]: labels };
}

/** What the layers of a trained network report, by what it is, from the input on. */
export function reportLayers(
  layers: NoiseLayers,
  values: readonly Parameter[],
  watched: Readonly<Record<string, number>>,
): Record<string, (number | null)[]> | undefined {
  const report: Record<string, (number | null)[]> = {};
  layers.forEach((layer, at) => {
    const prefix = inputNames.own(at, '');
    const own = <T>(all: readonly (readonly [string, T])[]) =>
      Object.fromEntries(
        all.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])),
      );
    const given = layer?.report?.(
      own(values.map(({ name, data }) => [name, data] as const)),
      own(Object.entries(watched)),
    );
    for (const [name, value] of Object.entries(given ?? {})) {
      report[name] ??= layers.map(() => null);
      (report[name] as (number | null)[])[at] = Number.isFinite(value) ? value : null;
    }
  });
  return Object.keys(report).length > 0 ? report : undefined;
}

/** Mean-field coordinates of a data set behind the first weights. */
export type FirstLayer = {
  /** mean square of the pre-activations, over images and units; null where it is not finite */
  readonly q0: number | null;
  /** mean correlation over the pairs of images; null where it does not exist */
  readonly c0: number | null;
};

/**
 * Variance and correlation of a data set's pre-activations behind the first layer: q0 and c0, where the theory's
 * trajectories start. The weights are those of one network, so q0 and c0 are, too.
 * @see Schoenholz et al. 2017, "Deep information propagation" (q_aa, q_ab, c)
 */
export function measureFirstLayer(
  images: Float32Array,
  weights: Float32Array,
  biases: Float32Array,
): FirstLayer {
  const units = biases.length;
  const inputs = weights.length / units;
  const count = images.length / inputs;
  const z = Array.from({ length: count }, (_, a) => {
    const row = Float64Array.from(biases);
    for (let i = 0; i < inputs; i++) {
      const x = images[a * inputs + i] as number;
      const from = i * units;
      for (let j = 0; j < units; j++) row[j] = (row[j] as number) + x * (weights[from + j] as number);
    }
    return row;
  });
  const product = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < units; j++) sum += (a[j] as number) * (b[j] as number);
    return sum / units;
  };
  const own = z.map((row) => product(row, row));
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) {
      const scale = Math.sqrt((own[a] as number) * (own[b] as number));
      sum += product(z[a] as Float64Array, z[b] as Float64Array) / scale;
      pairs++;
    }
  const correlation = sum / pairs;
  return {
    q0: toFinite(own.reduce((total, one) => total + one, 0) / count),
    // rounding can take it a little beyond 1
    c0: toFinite(Math.min(1, Math.max(-1, correlation))),
  };
}

/**
 * A number, or null where it is none or not finite.
 * @example toFinite(Number.NaN) // null
 */
export function toFinite(value: number | null | undefined): number | null {
  return value != null && Number.isFinite(value) ? value : null;
}
