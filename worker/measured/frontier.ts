import { FITTING } from '../../answers/rule.ts';
import {
  type Criterion,
  columnsOf,
  type MeasuredColumn,
  trainedBy,
  trialsOf,
} from '../../figures/measured/columns.ts';
import {
  type Asking,
  type ColumnTheory,
  columnTheory,
  curveTheory,
  type Scales,
} from '../../figures/measured/theory.ts';
import type { Grid } from '../../schemas/grid.ts';
import { measuredFrontier } from '../../theory/index.ts';
import type { Budget } from '../budget.ts';
import type { Bindings } from '../environment.ts';
import { keptFrontier } from '../store/measured.ts';
import type { StoredGrid } from '../store/store.ts';

/** Bytes of a grid that are hashed, parsed, sorted into columns and drawn in the time of one evaluation. */
const BYTES_PER_EVALUATION = 4;

/** The frontier of a column that took too much work; one that was fitted has a depth, or is censored. */
const GIVEN_UP = { depth: null, low: null, high: null, censored: null } as const;

/** The frontier of a grid, and what the theory says of it; computed when it is asked for, where it is not stored. */
export type GridFrontier = {
  readonly columns: readonly MeasuredColumn[];
  /** of each column; null where it took too much work */
  readonly theory: () => readonly (ColumnTheory | null)[];
  /** at `curvePlaces` */
  readonly curve: () => readonly (Scales | null)[];
};

/**
 * The frontier of a version of a grid. What was fitted when it was published or shipped is read; what was not is computed, as far as
 * the work of the request goes.
 *
 * @param env the Worker's bindings
 * @param stored the version, with its id
 * @param grid the same, parsed
 * @param criterion what counts as trained
 * @param budget of the request
 * @example (await frontierOf(env, { id, version, bytes }, grid, trainedBy(grid.meta.plan), new Budget())).columns[0].depth
 */
export async function frontierOf(
  env: Bindings,
  { id, version, bytes: { byteLength: bytes } }: StoredGrid & { readonly id: string },
  grid: Grid,
  criterion: Criterion,
  budget: Budget,
): Promise<GridFrontier> {
  const usual = trainedBy(grid.meta.plan);
  const kept = await keptFrontier(env, id, version);
  budget.take(Math.ceil(bytes / BYTES_PER_EVALUATION));
  const asking = (): Asking => ({ attempt: attemptColumns(budget), accuracy_threshold: criterion.threshold });
  const fitted = () => {
    const attempt = attemptColumns(budget);
    return columnsOf(grid).map(({ place, rows }): MeasuredColumn => {
      const fit = () => measuredFrontier(trialsOf(rows, criterion));
      return { ...place, ...(attempt(fit) ?? GIVEN_UP) };
    });
  };
  const sameTheory = criterion.threshold === usual.threshold;
  const columns = (sameTheory && criterion.measure === usual.measure && kept?.columns) || fitted();
  const theory = sameTheory ? kept?.theory : undefined;
  return {
    columns,
    theory: () => theory?.columns ?? columnTheory(grid, columns, FITTING, asking()),
    curve: () => kept?.theory?.curve ?? curveTheory(grid, columns, asking()),
  };
}

/** Answers one column after another; once one is given up, the others are. */
function attemptColumns(budget: Budget): <T>(ask: () => T) => T | null {
  let over = false;
  return (ask) => {
    const answer = over ? null : budget.attempt(ask);
    over = answer === null;
    return answer;
  };
}

/**
 * Whether the fit of a column was given up.
 *
 * @param column as {@link frontierOf} has it
 * @example isGivenUp(measuredColumns(grid, trainedBy(plan))[0]) // false
 */
export const isGivenUp = ({ depth, censored }: MeasuredColumn): boolean =>
  depth === null && censored === null;
