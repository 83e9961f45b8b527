import { expect, test } from 'vitest';
import type { Feeds, Trainer } from '../backends/backend.ts';
import type { DataSet } from '../data/data-set.ts';
import { measureUncertainty } from './uncertainty.ts';

/** Four images of one pixel, whose label is the pixel. */
function dataOf(...pixels: number[]): DataSet {
  const set = { count: pixels.length, pixels: Uint8Array.from(pixels), labels: Uint8Array.from(pixels) };
  return { pixelsPerImage: 1, classes: 2, train: set, test: set, mean: [0], standardDeviation: [1] };
}

/** A network whose logits are (0, ln 3) where the pixel is lit, and (0, 0) elsewhere; noisy passes take turns between two such slopes. */
function trainerOf(slopes: readonly number[]): Trainer {
  let pass = 0;
  const logitsOf = (images: Float32Array, slope: number) => {
    const logits = new Float32Array(2 * images.length);
    images.forEach((pixel, i) => {
      logits[2 * i + 1] = 255 * pixel * slope;
    });
    return { loss: 0, logits };
  };
  return {
    evaluate: async ({ images }: Feeds) => logitsOf(images as Float32Array, Math.log(3)),
    evaluateNoisy: async ({ images }: Feeds) =>
      logitsOf(images as Float32Array, slopes[pass++ % slopes.length] as number),
  } as unknown as Trainer;
}

const setup = { data: dataOf(1, 1, 0, 1), other: undefined, batch: 2, images: 4, noise: () => ({}) };

test('scores by hand: probabilities ¾ for three lit images, ½ for the dark one', async () => {
  const found = await measureUncertainty({ ...setup, trainer: trainerOf([]), passes: 0 });
  const [nll, brier] = [-(3 * Math.log(0.75) + Math.log(0.5)) / 4, (3 * 2 * 0.0625 + 2 * 0.25) / 4];
  expect(found.test_nll).toBeCloseTo(nll, 6);
  expect(found.test_brier).toBeCloseTo(brier, 6);
  // all are right (of equal probabilities the first class counts): |1 − ¾| for three of four, |1 − ½| for one
  expect(found.test_ece).toBeCloseTo(0.75 * 0.25 + 0.25 * 0.5, 6);
  expect(found.average_nll).toBe(found.test_nll);
  expect(found.average_accuracy).toBe(1);
});

test('probabilities are averaged over passes, not logits', async () => {
  // two batches a pass: slopes by pass and batch are ln 3, ln 3, then 0, 0
  const slopes = [Math.log(3), Math.log(3), 0, 0];
  const found = await measureUncertainty({ ...setup, trainer: trainerOf(slopes), passes: 2 });
  const lit = (0.75 + 0.5) / 2;
  expect(found.average_nll).toBeCloseTo(-(3 * Math.log(lit) + Math.log(0.5)) / 4, 6);
  expect(found.test_nll).not.toBeCloseTo(found.average_nll as number, 3);
});

test('dark images beside lit ones: the entropy tells them all', async () => {
  const [data, other] = [dataOf(1, 1, 1, 1), dataOf(0, 0, 0, 0)];
  const slopes = [Math.log(3), Math.log(3), 0, 0];
  const found = await measureUncertainty({ ...setup, data, other, trainer: trainerOf(slopes), passes: 2 });
  expect(found.auroc_off).toBe(1);
  expect(found.fpr95_off).toBe(0);
  // dark images have no mutual information, lit ones have some: the wrong way round
  expect(found.auroc_information).toBe(0);
  const none = await measureUncertainty({ ...setup, data, other, trainer: trainerOf([]), passes: 0 });
  expect(none).toMatchObject({ auroc_information: null, fpr95_information: null, auroc_entropy: 1 });
});

test('logits that are not finite have no scores', async () => {
  const trainer = {
    ...trainerOf([]),
    evaluate: async () => ({ loss: 0, logits: Float32Array.of(1, Infinity, 0, 0) }),
  };
  const found = await measureUncertainty({ ...setup, trainer: trainer as unknown as Trainer, passes: 0 });
  expect(found).toMatchObject({ test_nll: null, test_brier: null, average_accuracy: null });
});
