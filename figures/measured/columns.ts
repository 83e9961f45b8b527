import { isRowSet } from '../../catalogue/training.ts';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import { AXIS_NAMES, type AxisName, type Plan, valueAt } from '../../schemas/plan.ts';
import { type Frontier, measuredFrontier, type Trials } from '../../theory/index.ts';

/** What counts as trained. */
export type Criterion = {
  readonly measure: 'train_accuracy' | 'train_accuracy_noisy' | 'test_accuracy';
  /** the accuracy from which on a network counts as trained */
  readonly threshold: number;
};

/**
 * When a plan's network counts as trained: so many of the fixed training images right, masks off, after the plan's steps;
 * half of them where the plan does not say.
 *
 * @param plan of the networks
 * @example trainedBy(plan) // { measure: 'train_accuracy', threshold: 0.5 }
 */
export function trainedBy({ evaluation }: Plan): Criterion {
  return { measure: 'train_accuracy', threshold: evaluation.accuracy_threshold ?? 0.5 };
}

/** One column of a measured plane: networks that differ in depth and seed only. */
export type MeasuredColumn = Frontier & {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly keep: number;
  readonly width: number;
  readonly learning_rate: number;
  /** networks trained in this column */
  readonly networks: number;
};

/**
 * The axis of a grid beside depth, along which its frontier runs; undefined for a grid without depth, and for one of a regression, whose
 * networks have no accuracy that could tell whether they are trained.
 *
 * @param grid measured
 * @example columnAxis(grid) // 'sigma_w2'
 */
export function columnAxis({ meta }: Grid): Exclude<AxisName, 'depth'> | undefined {
  const { axes, data } = meta.plan;
  if (!axes.depth || isRowSet(data.name)) return undefined;
  const [other] = AXIS_NAMES.filter((name) => name !== 'depth' && axes[name]);
  return other as Exclude<AxisName, 'depth'> | undefined;
}

/** A column before its frontier is fitted. */
export type ColumnRows = {
  readonly place: Omit<MeasuredColumn, keyof Frontier>;
  readonly rows: readonly GridRow[];
};

/**
 * The networks of each column of a grid.
 *
 * @param grid with depth as one axis
 * @returns columns in the order of the plan; none for a grid without depth
 * @example columnsOf(grid)[0].place.sigma_w2 // 1
 */
export function columnsOf(grid: Grid): ColumnRows[] {
  const axis = columnAxis(grid);
  if (!axis) return [];
  const { plan } = grid.meta;
  const byValue = new Map<number | undefined, GridRow[]>();
  for (const row of grid.rows) {
    const rows = byValue.get(row[axis]);
    if (rows) rows.push(row);
    else byValue.set(row[axis], [row]);
  }
  return (plan.axes[axis] ?? []).flatMap((value) => {
    const rows = byValue.get(value) ?? [];
    const [first] = rows;
    if (!first) return [];
    const at = (name: AxisName) => valueAt(plan, first, name);
    const place = {
      ...{ sigma_w2: first.sigma_w2, sigma_b2: at('sigma_b2'), keep: first.keep },
      ...{ width: at('width'), learning_rate: at('learning_rate'), networks: rows.length },
    };
    return [{ place, rows }];
  });
}

/**
 * The measured trainable depth of each column of a grid.
 *
 * @param grid with depth as one axis
 * @param criterion what counts as trained
 * @returns columns in the order of the plan; none for a grid without depth
 * @example measuredColumns(grid, trainedBy(grid.meta.plan))[0].depth // 41.1397…
 */
export function measuredColumns(grid: Grid, criterion: Criterion): MeasuredColumn[] {
  return columnsOf(grid).map(({ place, rows }) => ({
    ...place,
    ...measuredFrontier(trialsOf(rows, criterion)),
  }));
}

/**
 * How many networks of each depth were trained, and how many of them learned.
 *
 * @param rows of one column
 * @param criterion what counts as trained
 * @example measuredFrontier(trialsOf(rows, trainedBy(plan))).depth
 */
export function trialsOf(rows: readonly GridRow[], { measure, threshold }: Criterion): Trials[] {
  const byDepth = new Map<number, Trials>();
  for (const row of rows) {
    const { trained, succeeded } = byDepth.get(row.depth) ?? { trained: 0, succeeded: 0 };
    const learned = row.status === 'ok' && (row[measure] ?? 0) >= threshold;
    byDepth.set(row.depth, {
      depth: row.depth,
      trained: trained + 1,
      succeeded: succeeded + (learned ? 1 : 0),
    });
  }
  return [...byDepth.values()];
}
