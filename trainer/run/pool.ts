import { Worker } from 'node:worker_threads';
import type { GridRow } from '../../schemas/grid.ts';
import type { Cell } from './cells.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import type { CellQueue } from './queue.ts';
import type { TrainingState } from './train-cell.ts';

/** What a pool does with what its workers tell. */
export type PoolEvents = {
  /** A worker, counted from 0, is so far with its cell. */
  progress(cell: Cell, state: TrainingState, worker: number): void;
  /** A cell is finished. The worker goes on when the promise is fulfilled; when it is rejected, the pool stops. */
  row(cell: Cell, row: GridRow, worker: number): Promise<void>;
  /** A cell failed; the others go on. */
  error(cell: Cell, message: string, worker: number): void;
};

/**
 * Trains cells in worker threads, each thread one cell at a time.
 *
 * @param queue the cells
 * @param workers how many threads
 * @param setup what each thread is started with
 * @param events what to do with results
 * @param signal stops the threads at once when aborted
 * @throws what `events.row` throws, after the threads are stopped
 * @example await runPool(queueOf(cells), 2, { plan, data }, events, signal);
 */
export async function runPool(
  queue: CellQueue,
  workers: number,
  setup: WorkerSetup,
  events: PoolEvents,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  both.addEventListener('abort', () => queue.close());
  if (both.aborted) queue.close();
  const threads = Array.from({ length: workers }, (_, worker) =>
    serve(queue, setup, events, both, worker).catch((error) => {
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(threads);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** One thread's life: it takes cells from the queue until that is empty. A thread that dies is followed by another. */
async function serve(
  queue: CellQueue,
  setup: WorkerSetup,
  events: PoolEvents,
  signal: AbortSignal,
  index: number,
): Promise<void> {
  let worker: Worker | undefined;
  const stop = () => worker?.terminate();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const cell = await queue.take();
      if (!cell) return;
      worker ??= new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup });
      const result = await trainIn(worker, cell, (state) => events.progress(cell, state, index));
      if (signal.aborted) return;
      if (result.kind === 'row') await events.row(cell, result.row, index);
      else {
        events.error(cell, result.message, index);
        // after an exception inside the runtime its memory cannot be trusted
        await worker.terminate();
        worker = undefined;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await worker?.terminate();
  }
}

type Result = Exclude<FromWorker, { kind: 'progress' }>;

function trainIn(worker: Worker, cell: Cell, progress: (state: TrainingState) => void): Promise<Result> {
  return new Promise((resolve) => {
    const end = (result: Result) => {
      worker.removeAllListeners();
      // an error after the end must not end the process: the thread is replaced or stopped anyway
      worker.on('error', () => {});
      resolve(result);
    };
    worker.removeAllListeners();
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') progress(message.state);
      else end(message);
    });
    worker.on('error', (error) =>
      end({ kind: 'error', message: String((error as Error)?.message ?? error) }),
    );
    worker.on('exit', (code) => end({ kind: 'error', message: `its thread ended with status ${code}` }));
    worker.postMessage({ cell } satisfies ToWorker);
  });
}
