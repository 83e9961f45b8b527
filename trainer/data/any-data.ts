import {
  type Batch,
  checkDataSet,
  countBytes,
  createBatchReader,
  type DataSet,
  type DataSource,
} from './data-set.ts';
import {
  checkRowData,
  countRowBytes,
  createRowReader,
  type RowBatch,
  type RowData,
  type RowSource,
} from './row-set.ts';

/** Where a data set comes from: of images and their classes, or of rows and a number that is predicted of each. */
export type AnySource = DataSource | RowSource;

/** A data set, decoded and checked. */
export type AnyData = DataSet | RowData;

/** What a source gives. */
export type DataOf<S extends AnySource> = S extends RowSource ? RowData : DataSet;

/** What a network is fed: labels are classes, or the numbers that a regression predicts. */
export type AnyBatch = Batch | RowBatch;

/** Reads the batch whose i-th image, or row, is at an index. */
export type BatchReader = (index: (i: number) => number) => AnyBatch;

/**
 * Whether a data set, or a source, is of rows.
 *
 * @example isOfRows({ numbersPerRow: 9 }) // true
 */
export const isOfRows = <T extends object>(one: T): one is Extract<T, { readonly numbersPerRow: number }> =>
  'numbersPerRow' in one;

/**
 * The numbers that a network reads and gives: those of an image and its classes, or those of a row and one.
 *
 * @example sizesOf({ pixelsPerImage: 784, classes: 10 }) // { inputs: 784, classes: 10 }
 */
export const sizesOf = (
  data: Pick<DataSet, 'pixelsPerImage' | 'classes'> | Pick<RowData, 'numbersPerRow'>,
): { inputs: number; classes: number } =>
  isOfRows(data)
    ? { inputs: data.numbersPerRow, classes: 1 }
    : { inputs: data.pixelsPerImage, classes: data.classes };

/**
 * Bytes of the contents of a data set.
 *
 * @example countContents(DATA_SETS.mnist)
 */
export const countContents = (source: AnySource): number =>
  isOfRows(source) ? countRowBytes(source) : countBytes(source);

/**
 * A data set from its bytes, checked.
 *
 * @throws Failure that says what is wrong
 * @example checkContents(DATA_SETS.mnist, bytes).train.count
 */
export const checkContents = <S extends AnySource>(source: S, bytes: Uint8Array): DataOf<S> =>
  (isOfRows<AnySource>(source)
    ? checkRowData(source, bytes)
    : checkDataSet(source as DataSource, bytes)) as DataOf<S>;

/**
 * Reads batches of the training set or the test set.
 *
 * @example createReader(data, 'train', 100)((i) => i).labels.length
 */
export const createReader = (data: AnyData, part: 'train' | 'test', size: number): BatchReader =>
  isOfRows(data) ? createRowReader(data, data[part], size) : createBatchReader(data, data[part], size);
