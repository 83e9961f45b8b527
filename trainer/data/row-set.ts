import { Failure } from '../errors.ts';
import type { Source } from './data-set.ts';

/** Rows of numbers, each with a number that is to be predicted: `inputs` has `numbersPerRow` numbers a row, one row after the other. */
export type RowSet = {
  readonly count: number;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
};

/** Mean and standard deviation of the training rows' targets, in their own unit. */
export type TargetScale = { readonly mean: number; readonly standardDeviation: number };

/** A data set of rows, decoded and checked. */
export type RowData = {
  readonly numbersPerRow: number;
  readonly train: RowSet;
  readonly test: RowSet;
  /** mean of the training rows, one a column */
  readonly mean: readonly number[];
  /** standard deviation of them, one a column */
  readonly standardDeviation: readonly number[];
  readonly target: TargetScale;
};

/** Where a data set of rows comes from, and what it must be. */
export type RowSource = Source & {
  readonly numbersPerRow: number;
  /** what is predicted, and its mean and standard deviation over the training rows to four digits */
  readonly target: TargetScale & { readonly title: string; readonly unit: string };
};

/** Bytes of a number in the cache: float64, little-endian. */
const BYTES = 8;

/**
 * Bytes of all rows and targets of a data set.
 *
 * @example countRowBytes(autoMpg)
 */
export function countRowBytes({ counts, numbersPerRow }: RowSource): number {
  return (counts.train + counts.test) * (numbersPerRow + 1) * BYTES;
}

/**
 * Numbers as they stand in the cache.
 *
 * @example encodeNumbers([1]).length // 8
 */
export function encodeNumbers(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * BYTES));
  numbers.forEach((value, i) => {
    view.setFloat64(i * BYTES, value, true);
  });
  return new Uint8Array(view.buffer);
}

/**
 * A data set of rows from its bytes, checked: how many there are, that all numbers are finite and no column is constant, and the known
 * mean and standard deviation of the targets.
 *
 * @throws Failure that says what is wrong
 * @example checkRowData(autoMpg, bytes).train.count
 */
export function checkRowData(source: RowSource, bytes: Uint8Array): RowData {
  const { title, counts, numbersPerRow, target } = source;
  if (bytes.length !== countRowBytes(source))
    throw new Failure(`The ${title} data has ${bytes.length} bytes, not ${countRowBytes(source)}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number) => {
    const from = at;
    at += length;
    return Float64Array.from({ length }, (_, i) => view.getFloat64((from + i) * BYTES, true));
  };
  const setOf = (count: number): RowSet => ({
    count,
    inputs: take(count * numbersPerRow),
    targets: take(count),
  });
  const [train, test] = [setOf(counts.train), setOf(counts.test)];
  if ([train, test].some(({ inputs, targets }) => ![...inputs, ...targets].every(Number.isFinite)))
    throw new Failure(`The ${title} data has a number that is not finite.`);

  const columns = Array.from({ length: numbersPerRow }, (_, column) =>
    moments(train.inputs.filter((_, i) => i % numbersPerRow === column)),
  );
  const constant = columns.findIndex(({ standardDeviation }) => standardDeviation === 0);
  if (constant >= 0)
    throw new Failure(
      `The ${title} data has the same number in column ${constant + 1} of all training rows.`,
    );
  const found = moments(train.targets);
  const show = (scale: TargetScale) => `${scale.mean.toFixed(4)} and ${scale.standardDeviation.toFixed(4)}`;
  if (show(found) !== show(target))
    throw new Failure(
      `The ${title} targets have mean and standard deviation ${show(found)} instead of ${show(target)}.`,
    );
  return {
    ...{ numbersPerRow, train, test },
    mean: columns.map(({ mean }) => mean),
    standardDeviation: columns.map(({ standardDeviation }) => standardDeviation),
    target: found,
  };
}

/** Mean and standard deviation (over n, as those of pixels). */
function moments(values: Float64Array): TargetScale {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / values.length) };
}

/** Rows and their targets as a network is fed: rows [batch, numbers] standardised, targets [batch] in their own unit. */
export type RowBatch = { images: Float32Array; labels: Float32Array };

/**
 * Reads batches of a set of rows: each number less its column's mean and over its standard deviation, those of the training rows. The
 * batch's arrays are used again for the next one.
 *
 * @example createRowReader(data, data.train, 28)((i) => i).labels[0]
 */
export function createRowReader(
  data: RowData,
  set: RowSet,
  size: number,
): (index: (i: number) => number) => RowBatch {
  const { numbersPerRow, mean, standardDeviation } = data;
  const batch = { images: new Float32Array(size * numbersPerRow), labels: new Float32Array(size) };
  return (index) => {
    for (let i = 0; i < size; i++) {
      const row = index(i);
      if (!(row >= 0 && row < set.count)) throw new Error(`there is no row ${row} of ${set.count}`);
      for (let column = 0; column < numbersPerRow; column++) {
        const value = set.inputs[row * numbersPerRow + column] as number;
        batch.images[i * numbersPerRow + column] =
          (value - (mean[column] as number)) / (standardDeviation[column] as number);
      }
      batch.labels[i] = set.targets[row] as number;
    }
    return batch;
  };
}
