import type { Grid } from '../../schemas/grid.ts';
import { depthScales, type FittedDepth } from '../../theory/index.ts';
import { columnAxis, type MeasuredColumn } from './columns.ts';
import { type Fitting, fittedAt, networkAt, predictedAt } from './predicted.ts';

/** Depth scales, in layers; null where they are unbounded or there are none. */
export type Scales = { readonly xi_1: number | null; readonly xi_2: number | null };

/** What the theory says of one measured column. */
export type ColumnTheory = Scales & {
  /** by the fitted rule, see `FittedDepth`; null where it has no answer, left out where it was given up */
  readonly fitted?: { readonly depth: number | null; readonly outside: readonly string[] } | null;
};

/** What the theory says of a measured grid: it depends on the plan alone, so that it can be kept. */
export type GridTheory = {
  /** of each column; null where it was given up */
  readonly columns: readonly (ColumnTheory | null)[];
  /** at {@link curvePlaces}; null where it was given up */
  readonly curve: readonly (Scales | null)[];
};

/** How the theory is asked. */
export type Asking = {
  /** the accuracy that counts as trained; what the plan says if left out */
  readonly accuracy_threshold?: number | undefined;
  /** an answer, or null where it is given up */
  readonly attempt?: <T>(ask: () => T) => T | null;
};

/** Points of a predicted curve. */
const POINTS = 61;

const always = <T>(ask: () => T): T | null => ask();

/**
 * The columns at which a predicted curve is computed: evenly spaced from the first to the last that was measured.
 *
 * @param grid with depth as one axis
 * @param columns measured
 * @example curvePlaces(grid, measuredColumns(grid, trainedBy(plan))).length // 61
 */
export function curvePlaces(grid: Grid, columns: readonly MeasuredColumn[]): MeasuredColumn[] {
  const axis = columnAxis(grid);
  const [first] = columns;
  if (!axis || !first) return [];
  const values = columns.map((column) => column[axis]);
  const [start, end] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: POINTS }, (_, i) => ({
    ...first,
    [axis]: start + ((end - start) * i) / (POINTS - 1),
  }));
}

/**
 * The depth scales and the fitted depth of each column.
 *
 * @param grid measured
 * @param columns of it
 * @param fitting see `Fitting`
 * @param asking see {@link Asking}
 * @throws what `attempt` does not catch
 * @example columnTheory(grid, columns, { rule, statistics })[0]?.xi_2
 */
export function columnTheory(
  grid: Grid,
  columns: readonly MeasuredColumn[],
  fitting: Fitting,
  { accuracy_threshold, attempt = always }: Asking = {},
): (ColumnTheory | null)[] {
  return columns.map((column) => {
    const place = { ...column, ...(accuracy_threshold !== undefined && { accuracy_threshold }) };
    const network = networkAt(grid, place);
    if (!network) return { xi_1: null, xi_2: null, fitted: null };
    const scales = attempt(() => depthScales(network));
    if (!scales) return null;
    const fitted = attempt(() => ({ found: fittedAt(grid, place, fitting, scales) }));
    return { xi_1: scales.xi_1, xi_2: scales.xi_2, ...(fitted && { fitted: shortened(fitted.found) }) };
  });
}

/** What is kept of a fitted depth: its depth is null where nothing limits it. */
const shortened = (fitted: FittedDepth | null) =>
  fitted && { depth: Number.isFinite(fitted.depth) ? fitted.depth : null, outside: fitted.outside };

/**
 * The depth scales along the curve of a grid.
 *
 * @param grid with depth as one axis
 * @param columns measured
 * @param asking see {@link Asking}
 * @throws what `attempt` does not catch
 * @example curveTheory(grid, columns)[60]?.xi_2
 */
export function curveTheory(
  grid: Grid,
  columns: readonly MeasuredColumn[],
  { attempt = always }: Asking = {},
): (Scales | null)[] {
  return curvePlaces(grid, columns).map((place) =>
    attempt(() => {
      const { xi_1, xi_2 } = predictedAt(grid, place);
      return { xi_1, xi_2 };
    }),
  );
}
