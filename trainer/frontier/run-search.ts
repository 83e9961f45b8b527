import type { Grid, GridRow } from '../../schemas/grid.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, cellCost, cellKey, planCells } from '../run/cells.ts';
import { finishedGrid, writeGrid } from '../run/finished.ts';
import { encodeGrid } from '../run/grid.ts';
import { placesOf, type Shard, shardOf } from '../run/places.ts';
import { Queue } from '../run/queue.ts';
import { inRun, type RunOptions } from '../run/run.ts';
import type { Outcome } from '../run/run-plan.ts';
import { ended, type TrainTask, trainCells, trainTask } from '../run/train-cells.ts';
import { ColumnSearch, type SearchPlan } from './column.ts';
import { columnsOf } from './plan.ts';

/**
 * Searches the frontier of each column of a plan, from where an earlier search left off. The columns go on beside each
 * other, each in rounds of its own.
 *
 * @param plan the plan
 * @param options how; a shard is a part of the columns
 * @throws Failure as runPlan
 * @example const { grid } = await runSearch(searchPlan(plan), { out: 'runs', workers: 2, signal, say: console.error });
 */
export async function runSearch(plan: SearchPlan, options: RunOptions & { shard?: Shard }): Promise<Outcome> {
  const { shard, signal } = options;
  const places = placesOf(plan, options.out, shard);
  const finished = await finishedGrid(plan, places.grid, options.say);
  if (finished) return { grid: finished, existed: true, networks: finished.rows.length };

  const all = columnsOf(plan);
  const own = shard ? shardOf(all, shard, ({ cells }) => costOf(plan, cells)) : all;
  return inRun(plan, places, options, async (journal, data) => {
    const columns = own.map(({ cells }) => new ColumnSearch(plan, cells));
    for (const column of columns) column.resume(journal.rows);
    const open = () => columns.filter((column) => !column.over);
    const existed = open().length === 0;
    if (!existed) {
      if (journal.rows.size > 0) options.say(`Continuing: ${journal.rows.size} network(s) are trained.`);
      const networks = own.reduce((sum, { cells }) => sum + cells.length, 0);
      options.say(
        `Searching the frontier of ${open().length} column(s) of the plan "${plan.id}" among ${networks} networks, ${options.workers} at a time.`,
      );
      const failed = await search(columns, { plan, journal }, options);
      ended(failed, journal.rows.size + failed.length, signal);
    }
    if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    const rows = rowsOf(columns);
    if (shard) return { grid: undefined, existed, networks: rows.size };
    return {
      grid: await writeGrid(places.grid, encodeGrid(plan, rows, data)),
      existed: false,
      networks: rows.size,
    };
  });
}

/**
 * The rows of a search that is over, out of those that were trained.
 *
 * @param plan the plan
 * @param trained rows by cellKey, of all columns
 * @returns the rows by cellKey, and how many columns are not finished
 * @example searchedRows(plan, journal.rows).open
 */
export function searchedRows(
  plan: SearchPlan,
  trained: ReadonlyMap<string, GridRow>,
): { rows: Map<string, GridRow>; open: number } {
  const columns = columnsOf(plan).map(({ cells }) => new ColumnSearch(plan, cells));
  for (const column of columns) column.resume(trained);
  return { rows: rowsOf(columns), open: columns.filter((column) => !column.over).length };
}

/** What a search took, beside the whole plane. */
export type Effort = {
  /** Networks trained, and those of the whole plane. */
  readonly trained: number;
  readonly plane: number;
  /** Share of the plane's cost. */
  readonly share: number;
  /** Networks of each depth that the plane is reckoned with. */
  readonly replicates: number;
};

/** A plane has at least so many networks of a depth, or it says little of a frontier. */
const REPLICATES = 3;

/**
 * What a searched grid took beside its whole plane with so many networks a depth.
 *
 * @param grid of a search
 * @param replicates networks of each depth of the plane
 * @example effort(grid, 3).share
 */
export function effort(grid: Grid, replicates: number = REPLICATES): Effort {
  const { plan } = grid.meta;
  const per = Math.min(replicates, plan.seeds.length);
  const plane = planCells({ ...plan, seeds: plan.seeds.slice(0, per) });
  return {
    trained: grid.rows.length,
    plane: plane.length,
    share: costOf(plan, grid.rows) / costOf(plan, plane),
    replicates: per,
  };
}

async function search(
  columns: readonly ColumnSearch[],
  training: Pick<Parameters<typeof trainCells>[0], 'plan' | 'journal'>,
  options: RunOptions,
): Promise<string[]> {
  const queue = new Queue<TrainTask>();
  const owner = new Map<string, ColumnSearch>();
  const stuck = new Set<ColumnSearch>();
  const goOn = (column: ColumnSearch) => {
    const wanted = column.wanted;
    for (const cell of wanted) owner.set(cellKey(cell), column);
    queue.add(wanted.map(trainTask));
    if (columns.every((one) => one.over || stuck.has(one))) queue.close();
  };
  for (const column of columns) goOn(column);
  return trainCells(
    {
      ...training,
      queue,
      note: () => `${columns.filter(({ over }) => over).length} of ${columns.length} columns`,
      finished(cell, row) {
        const column = owner.get(cellKey(cell));
        if (column?.take(row)) goOn(column);
      },
      failed(cell) {
        const column = owner.get(cellKey(cell)) as ColumnSearch;
        stuck.add(column);
        if (columns.every((one) => one.over || stuck.has(one))) queue.close();
      },
    },
    options,
    options.workers,
  );
}

function rowsOf(columns: readonly ColumnSearch[]): Map<string, GridRow> {
  return new Map(columns.flatMap(({ rows }) => rows.map((row) => [cellKey(row), row] as const)));
}

function costOf(plan: SearchPlan | Grid['meta']['plan'], cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cellCost(plan, cell), 0);
}
