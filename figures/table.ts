import type { Overlay } from './svg/overlays.ts';

/** A table: what JSON shows as `{meta, rows}` and CSV as one header row and the rows. */
export type Table = {
  readonly meta: Record<string, unknown>;
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
  /** the same as a matrix, where the rows are a plane */
  readonly plane?: Plane;
  /** what is drawn over its heat map */
  readonly overlays?: readonly Overlay[];
};

/** An axis of a plane: a parameter and its values. */
export type Axis = {
  readonly name: string;
  readonly values: readonly number[];
  /** left out for a plain number */
  readonly unit?: string;
};

/** One measure over two parameters: what npy, svg and png show. */
export type Plane = {
  readonly meta: Record<string, unknown>;
  readonly x: Axis;
  readonly y: Axis;
  readonly measure: string;
  /** row-major [y, x]; NaN where there is no value */
  readonly values: Float64Array;
  readonly unit?: string;
  readonly title?: string;
  readonly scale?: 'linear' | 'log';
};
