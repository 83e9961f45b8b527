import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { Failure } from '../errors.ts';
import { type Cell, cellCost, cellKey, describeCell } from './cells.ts';
import type { Journal } from './journal.ts';
import type { Task } from './messages.ts';
import { runPool } from './pool.ts';
import { showProgress } from './progress.ts';
import type { Queue } from './queue.ts';
import type { RunOptions } from './run.ts';

/** The task of training. */
export type TrainTask = Extract<Task, { kind: 'train' }>;

/** The task of training a cell. */
export const trainTask = (cell: Cell): TrainTask => ({ kind: 'train', cell });

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

/**
 * Trains the cells of a queue, appends their rows to the journal and shows how far it is.
 *
 * @param training what
 * @param options of the run
 * @param workers processes
 * @returns the cells that failed, in words
 * @throws Failure when the journal cannot be written
 * @example await trainCells({ plan, journal, queue: queueOf(cells.map(trainTask)), cells }, options, 2)
 */
export async function trainCells(
  { plan, journal, queue, cells, finished, failed, note }: Training,
  { signal, say }: Pick<RunOptions, 'signal' | 'say'>,
  workers: number,
): Promise<string[]> {
  say(describeChoice(plan.backend));
  const sumCost = (list: readonly Cell[]) => list.reduce((sum, cell) => sum + cellCost(plan, cell), 0);
  const open = () => cells?.filter((cell) => !journal.rows.has(cellKey(cell))) ?? [];
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
          underway.set(cellKey(cell), (cellCost(plan, cell) * steps) / plan.training.steps);
          progress.worker(
            worker,
            steps / plan.training.steps,
            `${describeCell(cell)}: step ${steps}, loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(2)}`,
          );
          show();
        },
        async result({ cell }, row, worker) {
          await journal.append(row);
          underway.delete(cellKey(cell));
          progress.worker(worker, 0, '');
          finished?.(cell, row);
          show();
        },
        again({ cell }, message, worker) {
          underway.delete(cellKey(cell));
          progress.worker(worker, 0, '');
          progress.say(`The cell ${describeCell(cell)} is tried again: ${message}.`);
        },
        error({ cell }, message, worker) {
          underway.delete(cellKey(cell));
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

/**
 * Ends a run some of whose cells failed.
 *
 * @param failed the cells, in words
 * @param of how many
 * @param signal an interrupted run says so instead
 * @throws Failure where there are any
 * @example ended([], 10, signal)
 */
export function ended(failed: readonly string[], of: number, signal: AbortSignal): void {
  if (failed.length > 0 && !signal.aborted)
    throw new Failure(
      `${failed.length} of ${of} cells failed, so there is no grid yet:\n  ${failed.join('\n  ')}\n` +
        'The others are saved; run the same command again to try these once more.',
    );
}
