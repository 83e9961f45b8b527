import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStream, drawUniform } from '../random/stream.ts';
import { accuracy, brierScore, expectedCalibrationError, negativeLogLikelihood } from './calibration.ts';

/** Three images of three classes; the second one is a tie. */
const THREE = new Float64Array([0.7, 0.2, 0.1, 0.4, 0.4, 0.2, 0.1, 0.1, 0.8]);
const LABELS = [0, 1, 0];

/** Rows of positive numbers that add up to 1, and labels. */
const PREDICTIONS = fc
  .record({ images: fc.integer({ min: 1, max: 40 }), classes: fc.integer({ min: 1, max: 6 }) })
  .chain(({ images, classes }) =>
    fc.record({
      rows: fc.array(
        fc
          .array(fc.integer({ min: 0, max: 30 }), { minLength: classes, maxLength: classes })
          .map((row) => (row.some(Boolean) ? row : row.map(() => 1)))
          .map((row) => row.map((one) => one / row.reduce((a, b) => a + b, 0))),
        { minLength: images, maxLength: images },
      ),
      labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: images, maxLength: images }),
    }),
  );

describe('computed by hand', () => {
  test('the negative log-likelihood', () => {
    const wanted = -(Math.log(0.7) + Math.log(0.4) + Math.log(0.1)) / 3;
    expect(negativeLogLikelihood(THREE, LABELS)).toBeCloseTo(wanted, 15);
    expect(negativeLogLikelihood(new Float64Array([1, 0]), [1])).toBe(Number.POSITIVE_INFINITY);
    expect(negativeLogLikelihood(new Float64Array([1, 0]), [0])).toBeCloseTo(0, 15);
  });

  test("Brier's score", () => {
    const wanted = (0.09 + 0.04 + 0.01 + (0.16 + 0.36 + 0.04) + (0.81 + 0.01 + 0.64)) / 3;
    expect(brierScore(THREE, LABELS)).toBeCloseTo(wanted, 15);
    expect(brierScore(new Float64Array([1, 0, 0, 1]), [0, 1])).toBe(0);
    expect(brierScore(new Float64Array([1, 0, 0, 1]), [1, 0])).toBe(2);
  });

  test('the accuracy, where the first class of a tie counts', () => {
    expect(accuracy(THREE, LABELS)).toBeCloseTo(1 / 3, 15);
    expect(accuracy(THREE, [0, 0, 2])).toBe(1);
    expect(accuracy(new Float32Array([-5, -4]), Uint8Array.of(1))).toBe(1);
  });

  test('the calibration error', () => {
    // confidences 0.7 (right), 0.4 (wrong), 0.8 (wrong), each in a bin of its own
    expect(expectedCalibrationError(THREE, LABELS)).toBeCloseTo((0.3 + 0.4 + 0.8) / 3, 15);
    // one bin: |1/3 − 1.9/3|
    expect(expectedCalibrationError(THREE, LABELS, 1)).toBeCloseTo(0.9 / 3, 15);
  });

  test('and a confidence on an edge belongs to the bin below it', () => {
    for (const bins of [3, 7, 10, 15, 49])
      for (let k = Math.ceil(bins / 2); k < bins; k++) {
        // right at the edge, wrong within the bin below: in one bin they average, in two they add
        const [edge, inside] = [k / bins, k / bins - 0.25 / bins];
        const table = new Float64Array([edge, 1 - edge, inside, 1 - inside]);
        if (inside <= 0.5) continue;
        const together = Math.abs(1 - edge - inside) / 2;
        expect(expectedCalibrationError(table, [0, 1], bins), `${k}/${bins}`).toBeCloseTo(together, 14);
      }
  });
});

/** The same estimator, written with a filter for each bin and its own means. */
function calibrationErrorByBins(rows: readonly number[][], labels: readonly number[], bins: number): number {
  const images = rows.map((row, i) => ({
    confidence: Math.max(...row),
    right: row.indexOf(Math.max(...row)) === labels[i] ? 1 : 0,
  }));
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return Array.from({ length: bins }, (_, k) =>
    images.filter(({ confidence }) => confidence > k / bins && confidence <= (k + 1) / bins),
  )
    .filter((bin) => bin.length > 0)
    .map(
      (bin) =>
        (bin.length / images.length) *
        Math.abs(average(bin.map(({ right }) => right)) - average(bin.map(({ confidence }) => confidence))),
    )
    .reduce((a, b) => a + b, 0);
}

describe('compared with plain computations', () => {
  test('all scores', () => {
    fc.assert(
      fc.property(PREDICTIONS, fc.integer({ min: 1, max: 20 }), ({ rows, labels }, bins) => {
        const table = Float64Array.from(rows.flat());
        const mean = (score: (row: number[], label: number) => number) =>
          rows.reduce((sum, row, i) => sum + score(row, labels[i] as number), 0) / rows.length;
        const likelihood = mean((row, label) => -Math.log(row[label] as number));
        const found = negativeLogLikelihood(table, labels);
        if (Number.isFinite(likelihood)) expect(found).toBeCloseTo(likelihood, 12);
        else expect(found).toBe(likelihood);
        const brier = mean(
          (row, label) => 1 - 2 * (row[label] as number) + row.reduce((a, p) => a + p * p, 0),
        );
        expect(brierScore(table, labels)).toBeCloseTo(brier, 12);
        expect(accuracy(table, labels)).toBeCloseTo(
          mean((row, label) => Number(row.indexOf(Math.max(...row)) === label)),
          12,
        );
        expect(expectedCalibrationError(table, labels, bins)).toBeCloseTo(
          calibrationErrorByBins(rows, labels, bins),
          12,
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('the calibration error lies between the gap of all images together and 1', () => {
    fc.assert(
      fc.property(PREDICTIONS, ({ rows, labels }) => {
        const table = Float64Array.from(rows.flat());
        const whole = expectedCalibrationError(table, labels, 1);
        const binned = expectedCalibrationError(table, labels);
        expect(binned).toBeGreaterThanOrEqual(whole - 1e-12);
        expect(binned).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });
});

test('the calibration error of a calibrated network falls towards 0 with the number of images, from above', () => {
  const stream = createStream(1, 'calibrated');
  const [few, many] = [100, 100_000].map((images) => {
    const confidences = Array.from({ length: images }, () => 0.5 + drawUniform(stream) / 2);
    const labels = confidences.map((p) => (drawUniform(stream) < p ? 0 : 1));
    return expectedCalibrationError(Float64Array.from(confidences.flatMap((p) => [p, 1 - p])), labels, 15);
  }) as [number, number];
  // a bin of n images has a mean gap of √(2/π · p (1 − p) / n): about 0.3 · √(8 / images) over the 8 bins above 1/2
  expect(few).toBeGreaterThan(0.03);
  expect(many).toBeLessThan(0.006);
});

test('shapes, labels and numbers that do not fit are refused', () => {
  expect(() => accuracy(THREE, [0, 1])).toThrow('9 values are no rows for 2 labels');
  expect(() => accuracy(new Float64Array(), [])).toThrow('0 values are no rows for 0 labels');
  expect(() => brierScore(THREE, [0, 1, 3])).toThrow('label 3 of image 2 is none of 3 classes');
  expect(() => brierScore(THREE, [0, 0.5, 1])).toThrow('label 0.5');
  expect(() => negativeLogLikelihood(new Float64Array([Number.NaN, 1]), [0])).toThrow('no number');
  expect(() => expectedCalibrationError(THREE, LABELS, 0)).toThrow('0 bins');
  expect(() => expectedCalibrationError(new Float64Array([3, 1]), [0])).toThrow('the probability 3');
});
