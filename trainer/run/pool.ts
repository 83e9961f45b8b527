import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Cell } from './cells.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What a pool does with what its workers tell. */
export type PoolEvents = {
  /** A cell is so many steps on. */
  progress(cell: Cell, steps: number): void;
  /** A cell is finished. The worker goes on when the promise is fulfilled; when it is rejected, the pool stops. */
  row(cell: Cell, row: GridRow): Promise<void>;
  /** A cell failed; the others go on. */
  error(cell: Cell, message: string): void;
};

/**
 * Trains cells in worker processes, each one cell at a time. (In threads, which share one copy of the data, the native runtime
 * takes the whole run with it when a thread is stopped in the middle of a step.)
 *
 * @param cells the cells, in the order in which they are begun
 * @param workers how many processes at most
 * @param plan the plan; its data is in the cache
 * @param events what to do with results
 * @param signal stops the processes at once when aborted
 * @throws what `events.row` throws, after the processes are stopped
 * @example await runPool(cells, 2, plan, events, signal);
 */
export async function runPool(
  cells: readonly Cell[],
  workers: number,
  plan: Plan,
  events: PoolEvents,
  signal: AbortSignal,
): Promise<void> {
  const queue = [...cells];
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const served = Array.from({ length: Math.min(workers, cells.length) }, () =>
    serve(queue, plan, events, both).catch((error) => {
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(served);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** One process's life: it takes cells from the queue until that is empty. A process that dies is followed by another. */
async function serve(queue: Cell[], plan: Plan, events: PoolEvents, signal: AbortSignal): Promise<void> {
  let worker: ChildProcess | undefined;
  const stop = () => worker?.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const cell = queue.shift();
      if (!cell) return;
      worker ??= begin(plan);
      const result = await trainIn(worker, cell, (steps) => events.progress(cell, steps));
      if (signal.aborted) return;
      if (result.kind === 'row') await events.row(cell, result.row);
      else {
        events.error(cell, result.message);
        // after an exception inside the runtime its memory cannot be trusted
        stop();
        worker = undefined;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function begin(plan: Plan): ChildProcess {
  const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  tell(worker, { plan });
  return worker;
}

function tell(worker: ChildProcess, message: ToWorker): void {
  // a process that is gone is noticed by its end
  worker.send(message, () => {});
}

type Result = Exclude<FromWorker, { kind: 'progress' }>;

function trainIn(worker: ChildProcess, cell: Cell, progress: (steps: number) => void): Promise<Result> {
  return new Promise((resolve) => {
    const end = (result: Result) => {
      worker.removeAllListeners();
      // an error after the end must not end the run: the process is replaced or stopped anyway
      worker.on('error', () => {});
      resolve(result);
    };
    worker.removeAllListeners();
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') progress(message.steps);
      else end(message);
    });
    worker.on('error', ({ message }) => end({ kind: 'error', message }));
    worker.on('exit', (code, signal) =>
      end({ kind: 'error', message: `its process ended with ${signal ?? `status ${code}`}` }),
    );
    tell(worker, { cell });
  });
}
