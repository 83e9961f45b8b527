import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, describeCell, estimateCost, listCells, toCellKey } from './cells.ts';
import { encodeGrid, readFinishedGrid, writeGrid } from './grid-file.ts';
import type { Journal } from './journal.ts';
import { createQueue, type Queue, runPool, type Task } from './pool.ts';
import { showProgress } from './progress.ts';
import { locateRunFiles, type RunOptions, type Shard, selectShard, withJournal } from './run.ts';

/** The task of training. */
export type TrainTask = Extract<Task, { kind: 'train' }>;

/** The task of training a cell. */
export const createTrainTask = (cell: Cell): TrainTask => ({ kind: 'train', cell });

/** What is trained, and where its rows go. */
export type Training = {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly queue: Queue<TrainTask>;
  /** All cells of the run, finished ones included; a search does not know them. */
  readonly cells?: readonly Cell[];
  /** Is told each finished cell when it is safe in the journal. */
  readonly finished?: (cell: Cell, row: GridRow) => void;
  /** Is told each cell that failed. */
  readonly failed?: (cell: Cell) => void;
  /** What is said of the progress beside the finished cells: of a search, how many columns are finished. */
  readonly note?: () => string;
};

/** Trains the cells of a queue, appends their rows to the journal and shows how far it is. */
export async function trainCells(
  { plan, journal, queue, cells, finished, failed, note }: Training,
  { signal, say }: Pick<RunOptions, 'signal' | 'say'>,
  workers: number,
): Promise<string[]> {
  say(describeChoice(plan.backend));
  const sumCost = (list: readonly Cell[]) => list.reduce((sum, cell) => sum + estimateCost(plan, cell), 0);
  const open = () => cells?.filter((cell) => !journal.rows.has(toCellKey(cell))) ?? [];
  const total = cells && sumCost(cells);
  const underway = new Map<string, number>();
  const progress = showProgress({
    cells: cells?.length,
    begun: total ? 1 - sumCost(open()) / total : undefined,
    workers,
  });
  const show = () => {
    const done = [...underway.values()].reduce((sum, cost) => sum + cost, 0);
    progress.update({
      share: total ? Math.max(0, 1 - (sumCost(open()) - done) / total) : undefined,
      cells: journal.rows.size,
      note: note?.(),
    });
  };
  const failures: string[] = [];
  try {
    await runPool<'train'>(
      queue,
      workers,
      plan,
      {
        progress({ cell }, { steps, loss, accuracy }, worker) {
          underway.set(toCellKey(cell), (estimateCost(plan, cell) * steps) / plan.training.steps);
          progress.worker(
            worker,
            steps / plan.training.steps,
            `${describeCell(cell)}: step ${steps}, loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(2)}`,
          );
          show();
        },
        async result({ cell }, row, worker) {
          await journal.append(row);
          underway.delete(toCellKey(cell));
          progress.worker(worker, 0, '');
          finished?.(cell, row);
          show();
        },
        again({ cell }, message, worker) {
          underway.delete(toCellKey(cell));
          progress.worker(worker, 0, '');
          progress.say(`The cell ${describeCell(cell)} is tried again: ${message}.`);
        },
        error({ cell }, message, worker) {
          underway.delete(toCellKey(cell));
          failures.push(describeCell(cell));
          progress.worker(worker, 0, '');
          progress.say(`The cell ${describeCell(cell)} failed: ${message}`);
          failed?.(cell);
        },
      },
      signal,
    );
  } finally {
    progress.stop();
  }
  return failures;
}

/** Ends a run some of whose cells failed. */
export function throwIfFailed(failed: readonly string[], of: number, signal: AbortSignal): void {
  if (failed.length > 0 && !signal.aborted)
    throw new Failure(
      `${failed.length} of ${of} cells failed, so there is no grid yet:\n  ${failed.join('\n  ')}\n` +
        'The others are saved; run the same command again to try these once more.',
    );
}

/** What a run came to. */
export type Outcome = {
  /** Undefined for a shard, whose cells are in its journal. */
  readonly grid: Grid | undefined;
  /** Whether it was there already. */
  readonly existed: boolean;
  /** Networks that the run is of: those of the grid, or of the shard. */
  readonly networks: number;
};

/** Runs a plan to its grid, or a shard of it to its journal, from where an earlier run of it left off. */
export async function runPlan(plan: Plan, options: RunOptions & { shard?: Shard }): Promise<Outcome> {
  const { shard } = options;
  const places = locateRunFiles(plan, options.out, shard);
  const all = listCells(plan);
  const cells = shard ? selectShard(all, shard, (cell) => estimateCost(plan, cell)) : all;
  const finished = await readFinishedGrid(plan, places.grid, options.say);
  if (finished) return { grid: finished, existed: true, networks: cells.length };

  return withJournal(plan, places, options, async (journal, data) => {
    const missing = cells.filter((cell) => !journal.rows.has(toCellKey(cell)));
    if (missing.length < cells.length && missing.length > 0)
      options.say(`Continuing: ${cells.length - missing.length} of ${cells.length} cells are finished.`);
    if (missing.length > 0) {
      const workers = Math.min(options.workers, missing.length);
      options.say(
        `Training ${missing.length} network(s) of the plan "${plan.id}"${shard ? `, shard ${shard.index} of ${shard.of}` : ''}, ${workers} at a time.`,
      );
      // the longest first, so that at the end no process is left with a long one while the others have none
      const order = missing.toSorted((a, b) => estimateCost(plan, b) - estimateCost(plan, a));
      const failed = await trainCells(
        { plan, journal, queue: createQueue(order.map(createTrainTask)), cells },
        options,
        workers,
      );
      throwIfFailed(failed, cells.length, options.signal);
    }
    if (options.signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    if (shard) return { grid: undefined, existed: missing.length === 0, networks: cells.length };
    const grid = await writeGrid(places.grid, encodeGrid(plan, journal.rows, data));
    return { grid, existed: false, networks: cells.length };
  });
}
