import { type Grid, type GridSummary, summarise } from '../../schemas/grid.ts';
import { type MeasuredColumn, measuredColumns, trainedBy } from './columns.ts';

/** What is kept of a grid beside its bytes: how the list shows it, and its frontier, so that the grid need not be read to look that up. */
export type GridEntry = GridSummary & {
  /** left out where the entry was made before there were any */
  readonly columns?: readonly MeasuredColumn[];
};

/** A frontier takes milliseconds a column; a grid of more columns than this is not looked up. */
const MAX_COLUMNS = 100;

/**
 * The entry of a grid.
 *
 * @param grid measured
 * @param version SHA-256 of its bytes
 * @example entryOf(grid, sha256).columns[0].depth
 */
export function entryOf(grid: Grid, version: string): GridEntry {
  const { plan } = grid.meta;
  const few = Object.values(plan.axes).every((values) => (values?.length ?? 0) <= MAX_COLUMNS);
  return { ...summarise(grid, version), columns: few ? measuredColumns(grid, trainedBy(plan)) : [] };
}
