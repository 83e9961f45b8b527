import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawGaussians } from '../random/stream.ts';
import { mutualInformation, PredictiveAverage, predictiveEntropy } from './uncertainty.ts';

const [IMAGES, CLASSES, PASSES] = [7, 4, 5];
const LOGITS = Array.from({ length: PASSES }, (_, pass) =>
  drawGaussians(createStream(1, 'logits', pass), IMAGES * CLASSES, 9),
);

/** The softmax of a row, without care for overflow. */
function plainSoftmax(row: readonly number[]): number[] {
  const weights = row.map(Math.exp);
  return weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0));
}

const rowOf = (table: ArrayLike<number>, image: number) =>
  Array.from({ length: CLASSES }, (_, c) => table[image * CLASSES + c] as number);

const plainEntropy = (p: readonly number[]) =>
  p.reduce((sum, one) => sum + (one === 0 ? 0 : one * Math.log(1 / one)), 0);

const closeTo = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

function addAll(average: PredictiveAverage): PredictiveAverage {
  for (const logits of LOGITS) average.addLogits(logits);
  return average;
}

describe('entropy and mutual information', () => {
  test('of examples by hand', () => {
    expect([...predictiveEntropy(new Float32Array([0.25, 0.25, 0.25, 0.25, 0, 1, 0, 0]), 4)]).toEqual(
      closeTo([Math.log(4), 0]),
    );
    const sure = [new Float64Array([1, 0, 0.5, 0.5]), new Float64Array([0, 1, 0.5, 0.5])];
    // passes that are sure and disagree tell one bit; passes that agree tell nothing
    expect([...mutualInformation(sure, 2)]).toEqual(closeTo([Math.LN2, 0]));
  });

  test('lie between 0 and the entropy, and are 0 of passes that are all the same', () => {
    const row = fc
      .array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 })
      .map((parts) => Float64Array.from(parts, (one) => one / parts.reduce((a, b) => a + b, 0)));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (passes) => {
        const [information] = mutualInformation(passes, 3) as unknown as [number];
        const mean = Float64Array.from(
          [0, 1, 2],
          (c) => passes.reduce((a, p) => a + (p[c] as number), 0) / passes.length,
        );
        const [entropy] = predictiveEntropy(mean, 3) as unknown as [number];
        expect(information).toBeGreaterThanOrEqual(0);
        expect(information).toBeLessThanOrEqual(Math.min(entropy, Math.log(passes.length)) + 1e-12);
        // the other form: the mean divergence of the passes from their mean
        const divergence = passes.reduce(
          (sum, p) => sum + p.reduce((a, one, c) => a + one * Math.log(one / (mean[c] as number)), 0),
          0,
        );
        expect(information).toBeCloseTo(divergence / passes.length, 12);
        const same = mutualInformation(
          passes.map(() => passes[0] as Float64Array),
          3,
        );
        expect(same[0]).toBeGreaterThanOrEqual(0);
        expect(same[0]).toBeLessThan(1e-14);
      }),
      { seed: 1 },
    );
  });

  test('are refused of no pass, of passes of different shapes, and of rows that are none', () => {
    expect(() => mutualInformation([], 2)).toThrow('0 values are no rows');
    expect(() => mutualInformation([new Float64Array(2), new Float64Array(4)], 2)).toThrow(
      'different shapes',
    );
    expect(() => predictiveEntropy(new Float64Array(3), 2)).toThrow('3 values are no rows of 2 classes');
    expect(() => predictiveEntropy(new Float64Array([Number.NaN]), 1)).toThrow('no number');
  });
});

describe('the average of noisy passes', () => {
  test('is that of plain sums over all passes', () => {
    const average = addAll(new PredictiveAverage(IMAGES, CLASSES));
    expect(average.passes).toBe(PASSES);
    const images = Array.from({ length: IMAGES }, (_, i) =>
      LOGITS.map((pass) => plainSoftmax(rowOf(pass, i))),
    );
    const means = images.map((passes) =>
      [0, 1, 2, 3].map((c) => passes.reduce((sum, p) => sum + (p[c] as number), 0) / PASSES),
    );
    const entropies = means.map(plainEntropy);
    const within = images.map((passes) => passes.reduce((sum, p) => sum + plainEntropy(p), 0) / PASSES);
    expect([...average.meanProbabilities()]).toEqual(closeTo(means.flat()));
    expect([...average.predictiveEntropy()]).toEqual(closeTo(entropies));
    expect([...average.mutualInformation()]).toEqual(
      closeTo(entropies.map((entropy, i) => entropy - (within[i] as number))),
    );
  });

  test('is the same however passes are cut and in whatever order their pieces come', () => {
    const average = new PredictiveAverage(IMAGES, CLASSES);
    for (const from of [5, 0, 2]) {
      const to = { 0: 2, 2: 5, 5: 7 }[from] as number;
      for (const pass of LOGITS) average.addLogits(pass.subarray(from * CLASSES, to * CLASSES), from);
    }
    const whole = addAll(new PredictiveAverage(IMAGES, CLASSES));
    expect(average.meanProbabilities()).toEqual(whole.meanProbabilities());
    expect(average.mutualInformation()).toEqual(whole.mutualInformation());
  });

  test('does not change with a constant added to logits, nor overflow', () => {
    const average = new PredictiveAverage(2, 2);
    average.addLogits(new Float32Array([3e38, 3e38, -1e30, 1e30]));
    expect([...average.meanProbabilities()]).toEqual([0.5, 0.5, 0, 1]);
    expect([...average.mutualInformation()]).toEqual([0, 0]);
  });

  test('refuses what does not fit, and adds nothing of it', () => {
    const average = new PredictiveAverage(2, 2);
    expect(() => average.meanProbabilities()).toThrow('there is no pass');
    expect(() => average.addLogits(new Float32Array(4), 1)).toThrow('images 1 to 2 are not among 2');
    expect(() => average.addLogits(new Float32Array(3))).toThrow('3 values are no rows of 2 classes');
    expect(() => average.addLogits(new Float32Array([0, 0, 1, Number.NaN]))).toThrow('no number');
    expect(() => average.addLogits(new Float32Array([0, 0, 1, -1 / 0]))).toThrow('a logit is not finite');
    expect(average.passes).toBe(0);
    average.addProbabilities(new Float64Array([1, 0]), 1);
    expect(() => average.predictiveEntropy()).toThrow('different numbers of passes');
    expect(() => new PredictiveAverage(0, 2)).toThrow('0 images');
    expect(() => new PredictiveAverage(1, 1.5)).toThrow('1.5 classes');
  });
});
