import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { AxisName } from '../../schemas/plan.ts';
import { type Frontier, measuredFrontier, type Trials } from '../../theory/index.ts';

/** What counts as trained. */
export type Criterion = {
  readonly measure: 'train_accuracy' | 'train_accuracy_noisy' | 'test_accuracy';
  /** the accuracy from which on a network counts as trained */
  readonly threshold: number;
};

/** The usual criterion: half of the training images right, masks off. */
export const TRAINED: Criterion = { measure: 'train_accuracy', threshold: 0.5 };

/** One column of a measured plane: networks that differ in depth and seed only. */
export type MeasuredColumn = Frontier & {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly keep: number;
  /** networks trained in this column */
  readonly networks: number;
};

/**
 * The axis of a grid beside depth, along which its frontier runs; undefined for a grid without depth.
 *
 * @param grid measured
 * @example columnAxis(grid) // 'sigma_w2'
 */
export function columnAxis({ meta }: Grid): Exclude<AxisName, 'depth'> | undefined {
  const { axes } = meta.plan;
  if (!axes.depth) return undefined;
  return axes.sigma_w2 ? 'sigma_w2' : 'keep';
}

/**
 * The measured trainable depth of each column of a grid.
 *
 * @param grid with depth as one axis
 * @param criterion what counts as trained
 * @returns columns in the order of the plan; none for a grid without depth
 * @example measuredColumns(grid, TRAINED)[0].depth // 41.2
 */
export function measuredColumns(grid: Grid, { measure, threshold }: Criterion): MeasuredColumn[] {
  const axis = columnAxis(grid);
  if (!axis) return [];
  const { axes, network } = grid.meta.plan;
  return (axes[axis] ?? []).map((value) => {
    const rows = grid.rows.filter((row) => row[axis] === value);
    const succeeded = (row: GridRow) => row.status === 'ok' && (row[measure] ?? 0) >= threshold;
    const byDepth = new Map<number, GridRow[]>();
    for (const row of rows) byDepth.set(row.depth, [...(byDepth.get(row.depth) ?? []), row]);
    const trials: Trials[] = [...byDepth].map(([depth, cells]) => ({
      depth,
      trained: cells.length,
      succeeded: cells.filter(succeeded).length,
    }));
    const { sigma_w2, keep } = rows[0] as GridRow;
    return {
      sigma_w2,
      sigma_b2: network.sigma_b2,
      keep,
      networks: rows.length,
      ...measuredFrontier(trials),
    };
  });
}
