import type { Grid, GridRow } from '../../schemas/grid.ts';
import { describeChoice } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, estimateCost, listCells, toCellKey } from '../run/cells.ts';
import { encodeGrid, readFinishedGrid, writeGrid } from '../run/grid-file.ts';
import { planJournal } from '../run/journal.ts';
import { Queue } from '../run/pool.ts';
import {
  loadPlanData,
  locateRunFiles,
  type RunOptions,
  type Shard,
  selectShard,
  withJournal,
} from '../run/run.ts';
import { createTrainTask, type Outcome, type TrainTask, throwIfFailed, trainCells } from '../run/run-plan.ts';
import { ColumnSearch, groupColumns, type SearchPlan } from './column-search.ts';

/**
 * Searches the frontier of each column of a plan, from where an earlier search left off. The columns go on beside each
 * other, each in rounds of its own.
 */
export async function runSearch(plan: SearchPlan, options: RunOptions & { shard?: Shard }): Promise<Outcome> {
  const { shard, signal } = options;
  const places = locateRunFiles(plan, options.out, shard);
  const finished = await readFinishedGrid(plan, places.grid, options.say);
  if (finished) return { grid: finished, existed: true, networks: finished.rows.length };

  const all = groupColumns(plan);
  const own = shard ? selectShard(all, shard, ({ cells }) => computeCost(plan, cells)) : all;
  return withJournal(planJournal(plan), places, options, async (journal) => {
    const data = await loadPlanData(plan, options.data, options.say);

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
      options.say(describeChoice(plan.backend));
      const failed = await search(columns, plan, journal, options);
      throwIfFailed(failed, journal.rows.size + failed.length, signal);
    }
    if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    const rows = pickRows(columns);
    if (shard) return { grid: undefined, existed, networks: rows.size };
    return {
      grid: await writeGrid(places.grid, encodeGrid(plan, rows, data)),
      existed: false,
      networks: rows.size,
    };
  });
}

/** The rows of a search that is over, out of those that were trained. */
export function selectSearchedRows(
  plan: SearchPlan,
  trained: ReadonlyMap<string, GridRow>,
): { rows: Map<string, GridRow>; open: number } {
  const columns = groupColumns(plan).map(({ cells }) => new ColumnSearch(plan, cells));
  for (const column of columns) column.resume(trained);
  return { rows: pickRows(columns), open: columns.filter((column) => !column.over).length };
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

/** What a searched grid took beside its whole plane with so many networks a depth. */
export function measureEffort(grid: Grid, replicates: number = REPLICATES): Effort {
  const { plan } = grid.meta;
  const per = Math.min(replicates, plan.seeds.length);
  const plane = listCells({ ...plan, seeds: plan.seeds.slice(0, per) });
  return {
    trained: grid.rows.length,
    plane: plane.length,
    share: computeCost(plan, grid.rows) / computeCost(plan, plane),
    replicates: per,
  };
}

async function search(
  columns: readonly ColumnSearch[],
  plan: SearchPlan,
  journal: Parameters<typeof trainCells>[0]['journal'],
  options: RunOptions,
): Promise<string[]> {
  const queue = new Queue<TrainTask>();
  const owner = new Map<string, ColumnSearch>();
  const stuck = new Set<ColumnSearch>();
  const goOn = (column: ColumnSearch) => {
    const wanted = column.wanted;
    for (const cell of wanted) owner.set(toCellKey(cell), column);
    queue.add(wanted.map((cell) => createTrainTask(plan, cell)));
    if (columns.every((one) => one.over || stuck.has(one))) queue.close();
  };
  for (const column of columns) goOn(column);
  return trainCells(
    {
      journal,
      queue,
      note: () => `${columns.filter(({ over }) => over).length} of ${columns.length} columns`,
      finished({ key }, row) {
        const column = owner.get(key);
        if (column?.take(row)) goOn(column);
      },
      failed({ key }) {
        const column = owner.get(key) as ColumnSearch;
        stuck.add(column);
        if (columns.every((one) => one.over || stuck.has(one))) queue.close();
      },
    },
    options,
    options.workers,
  );
}

function pickRows(columns: readonly ColumnSearch[]): Map<string, GridRow> {
  return new Map(columns.flatMap(({ rows }) => rows.map((row) => [toCellKey(row), row] as const)));
}

function computeCost(plan: SearchPlan | Grid['meta']['plan'], cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + estimateCost(plan, cell), 0);
}
