import { setImmediate } from 'node:timers/promises';
import type { Trainer } from '../backends/backend.ts';
import type { Batch, createBatchReader } from '../data/data-set.ts';
import { inputNames, type NoiseFeeds, type NoiseLayers } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';

/** Loss and accuracy over the first images of a set, noise off. */
export async function evaluate(
  trainer: Trainer,
  read: ReturnType<typeof createBatchReader>,
  images: number,
  batch: number,
): Promise<{ loss: number; accuracy: number }> {
  let loss = 0;
  let right = 0;
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    const result = await trainer.evaluate(feeds(one));
    loss += result.loss * batch;
    right += countCorrect(result.logits, one.labels);
    await setImmediate();
  }
  return { loss: loss / images, accuracy: right / images };
}

/** Accuracy as {@link evaluate} takes it, but with the noise on: one draw for each image. */
export async function evaluateNoisy(
  trainer: Trainer,
  read: ReturnType<typeof createBatchReader>,
  images: number,
  batch: number,
  noise: NoiseFeeds,
): Promise<number> {
  let right = 0;
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    const { logits } = await trainer.evaluateNoisy({ ...feeds(one), ...noise() });
    right += countCorrect(logits, one.labels);
    await setImmediate();
  }
  return right / images;
}

/** Takes the network's states anew over the first images of a set, with the given noise. */
export async function recalibrate(
  trainer: Trainer,
  read: ReturnType<typeof createBatchReader>,
  images: number,
  batch: number,
  noise: NoiseFeeds,
  from: Readonly<Record<string, number>>,
): Promise<void> {
  for (let at = 0; at < images; at += batch) {
    await trainer.recalibrate({ ...feeds(read((i) => at + i)), ...noise() }, at === 0 ? from : {});
    await setImmediate();
  }
}

/**
 * How many images have their largest logit at their label. Of equal logits the first counts.
 * @example countCorrect(Float32Array.of(0.1, 0.9), BigInt64Array.of(1n)) // 1
 */
export function countCorrect(logits: Float32Array, labels: BigInt64Array): number {
  const classes = logits.length / labels.length;
  let right = 0;
  labels.forEach((label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    let best = 0;
    for (let c = 1; c < classes; c++) if ((row[c] as number) > (row[best] as number)) best = c;
    if (best === Number(label)) right++;
  });
  return right;
}

function feeds({ images, labels }: Batch) {
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
    q0: finite(own.reduce((total, one) => total + one, 0) / count),
    // rounding can take it a little beyond 1
    c0: finite(Math.min(1, Math.max(-1, correlation))),
  };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
