import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, describeCell, estimateCost, listCells, toCellKey } from './cells.ts';
import { encodeGrid, readFinishedGrid, writeGrid } from './grid-file.ts';
import { planJournal } from './journal.ts';
import { describeWork, Pace, type Work } from './pace.ts';
import { createQueue, type Queue, runPool, type Task } from './pool.ts';
import { showProgress } from './progress.ts';
import {
  loadTrainingData,
  locateRunFiles,
  type RunOptions,
  type Shard,
  selectShard,
  withJournal,
} from './run.ts';
import { describeState } from './training-history.ts';

/** The training of one network: what a worker is told, and what the run calls it. */
export type TrainTask = Extract<Task, { kind: 'train' }> & {
  /** in the journal */
  readonly key: string;
  /** in messages */
  readonly name: string;
  /** beside that of the run's other networks, see {@link estimateCost} */
  readonly cost: number;
  readonly work: Work;
};

/** The task of training a cell of a plan; with a key and a name of its own where cells of several plans are trained. */
export const createTrainTask = (plan: Plan, cell: Cell, own: Partial<TrainTask> = {}): TrainTask => ({
  ...{ kind: 'train', plan, cell },
  ...{ key: toCellKey(cell), name: describeCell(cell), cost: estimateCost(plan, cell) },
  work: describeWork(plan, cell),
  ...own,
});

/** What is trained, and where its rows go. */
export type Training = {
  readonly journal: {
    readonly rows: ReadonlyMap<string, unknown>;
    append(row: GridRow, task: TrainTask): Promise<void>;
  };
  readonly queue: Queue<TrainTask>;
  /** All networks of the run as far as they are known, finished ones included; a search does not know them. */
  readonly tasks?: () => readonly TrainTask[];
  /** Is told each finished network when it is safe in the journal. */
  readonly finished?: (task: TrainTask, row: GridRow) => void;
  /** Is told each network that failed. */
  readonly failed?: (task: TrainTask) => void;
  /** What is said of the progress beside the finished networks: of a search, how many columns are finished. */
  readonly note?: () => string;
};

/** Trains the networks of a queue, appends their rows to the journal and shows how far it is. */
export async function trainCells(
  { journal, queue, tasks, finished, failed, note }: Training,
  { signal }: Pick<RunOptions, 'signal'>,
  workers: number,
): Promise<string[]> {
  const sumCost = (list: readonly TrainTask[]) => list.reduce((sum, { cost }) => sum + cost, 0);
  const known = tasks?.();
  const total = known && sumCost(known);
  const lost = new Set<string>();
  const open = () => tasks?.().filter(({ key }) => !journal.rows.has(key) && !lost.has(key)) ?? [];
  const underway = new Map<string, number>();
  const pace = new Pace();
  const progress = showProgress({ cells: known?.length, workers });
  const show = () =>
    progress.update(() => {
      const done = [...underway.values()].reduce((sum, cost) => sum + cost, 0);
      const left = open();
      return {
        share: total ? Math.max(0, 1 - (sumCost(left) - done) / total) : undefined,
        left: total ? pace.left(left, workers) : undefined,
        cells: journal.rows.size,
        note: note?.(),
      };
    });
  const failures: string[] = [];
  try {
    await runPool(
      queue,
      workers,
      {
        progress({ key, name, cost, plan, work }, { state, timing }, worker) {
          if (!state) return;
          const share = state.steps / plan.training.steps;
          underway.set(key, cost * share);
          pace.time(key, work, timing);
          progress.worker(worker, share, `${name}: ${describeState(state)}`);
          show();
        },
        async result(task, row, worker, timing) {
          await journal.append(row, task);
          underway.delete(task.key);
          pace.finish(task.key, task.work, timing, row.steps);
          progress.worker(worker, 0, '');
          finished?.(task, row);
          show();
        },
        again({ key, name }, message, worker) {
          underway.delete(key);
          pace.drop(key);
          progress.worker(worker, 0, '');
          progress.say(`The cell ${name} is tried again: ${message}.`);
        },
        error(task, message, worker) {
          underway.delete(task.key);
          pace.drop(task.key);
          lost.add(task.key);
          failures.push(task.name);
          progress.worker(worker, 0, '');
          progress.say(`The cell ${task.name} failed: ${message}`);
          failed?.(task);
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
export function throwIfFailed(
  failed: readonly string[],
  of: number,
  signal: AbortSignal,
  made: 'grid' | 'result' = 'grid',
): void {
  if (failed.length > 0 && !signal.aborted)
    throw new Failure(
      `${failed.length} of ${of} networks failed, so there is no ${made} yet:\n  ${failed.join('\n  ')}\n` +
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

  return withJournal(planJournal(plan), places, options, async (journal) => {
    const data = await loadTrainingData(plan, options.data, options.say);
    const tasks = cells.map((cell) => createTrainTask(plan, cell));
    const missing = tasks.filter(({ key }) => !journal.rows.has(key));
    if (missing.length < tasks.length && missing.length > 0)
      options.say(`Continuing: ${tasks.length - missing.length} of ${tasks.length} cells are finished.`);
    if (missing.length > 0) {
      const workers = Math.min(options.workers, missing.length);
      options.say(
        `Training ${missing.length} network(s) of the plan "${plan.id}"${shard ? `, shard ${shard.index} of ${shard.of}` : ''}, ${workers} at a time.`,
      );
      options.say(describeChoice(plan.backend));
      // the longest first, so that at the end no process is left with a long one while the others have none
      const queue = createQueue(missing.toSorted((a, b) => b.cost - a.cost));
      const failed = await trainCells({ journal, queue, tasks: () => tasks }, options, workers);
      throwIfFailed(failed, cells.length, options.signal);
    }
    if (options.signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    if (shard) return { grid: undefined, existed: missing.length === 0, networks: cells.length };
    const grid = await writeGrid(places.grid, encodeGrid(plan, journal.rows, data));
    return { grid, existed: false, networks: cells.length };
  });
}
