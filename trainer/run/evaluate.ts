import { setImmediate } from 'node:timers/promises';
import type { Trainer } from '../backends/backend.ts';
import type { Batch, batchReader } from '../data/batches.ts';
import { inputNames } from '../networks/model.ts';
import type { NoiseFeeds } from '../networks/noise.ts';

/**
 * Loss and accuracy over the first images of a set, noise off.
 *
 * @param trainer the network
 * @param read reads the set's batches
 * @param images how many images, a multiple of the batch
 * @param batch images a batch
 * @returns the mean loss in nats, and the share of images whose largest logit is that of their label
 * @example const { accuracy } = await evaluate(trainer, batchReader(data, data.test, 100), 10_000, 100);
 */
export async function evaluate(
  trainer: Trainer,
  read: ReturnType<typeof batchReader>,
  images: number,
  batch: number,
): Promise<{ loss: number; accuracy: number }> {
  let loss = 0;
  let right = 0;
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    const result = await trainer.evaluate(feeds(one));
    loss += result.loss * batch;
    right += countRight(result.logits, one.labels);
    await setImmediate();
  }
  return { loss: loss / images, accuracy: right / images };
}

/**
 * Accuracy as {@link evaluate} takes it, but with the noise on: one draw for each image.
 *
 * @example await evaluateNoisy(trainer, batchReader(data, data.train, 100), 1000, 100, noise);
 */
export async function evaluateNoisy(
  trainer: Trainer,
  read: ReturnType<typeof batchReader>,
  images: number,
  batch: number,
  noise: NoiseFeeds,
): Promise<number> {
  let right = 0;
  for (let at = 0; at < images; at += batch) {
    const one = read((i) => at + i);
    const { logits } = await trainer.noisy({ ...feeds(one), ...noise() });
    right += countRight(logits, one.labels);
    await setImmediate();
  }
  return right / images;
}

/**
 * Takes the network's states anew over the first images of a set, with the given noise.
 *
 * @param from states that are set to a value first, by name
 * @example await settle(trainer, batchReader(data, data.train, 100), 1000, 100, feedNeutral(noise, 1), {});
 */
export async function settle(
  trainer: Trainer,
  read: ReturnType<typeof batchReader>,
  images: number,
  batch: number,
  noise: NoiseFeeds,
  from: Readonly<Record<string, number>>,
): Promise<void> {
  for (let at = 0; at < images; at += batch) {
    await trainer.settle({ ...feeds(read((i) => at + i)), ...noise() }, at === 0 ? from : {});
    await setImmediate();
  }
}

/**
 * How many images have their largest logit at their label. Of equal logits the first counts.
 *
 * @param logits row-major [batch, classes]
 * @param labels [batch]
 * @example countRight(Float32Array.of(0.1, 0.9), BigInt64Array.of(1n)) // 1
 */
export function countRight(logits: Float32Array, labels: BigInt64Array): number {
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
