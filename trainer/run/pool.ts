import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GridRow } from '../../schemas/grid.ts';
import type { UnitOptions } from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Cell } from './cells.ts';
import type { Timing } from './pace.ts';
import type { TrainingState } from './training-history.ts';

/**
 * What a worker process is asked to do with a cell of a plan: to train it, to time its training for some seconds, or to measure signals and
 * gradients, or pairs of units, in some of its initialisations, untrained.
 */
export type Task = { readonly plan: Plan; readonly cell: Cell } & (
  | { readonly kind: 'train' }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'measure'; readonly networks: readonly number[] }
  | { readonly kind: 'measure_units'; readonly networks: readonly number[]; readonly units: UnitOptions }
);

/** What each kind of task gives: the cell's row, what was timed, or the numbers of each network. */
export type Results = {
  readonly train: GridRow;
  readonly time: Timing;
  readonly measure: Float64Array[];
  readonly measure_units: Float64Array[];
};

/** What a worker process tells: how far it is, and how the task ended. What is measured, not trained, has no state. */
export type FromWorker =
  | { kind: 'progress'; state: TrainingState | undefined; timing: Timing }
  | { kind: 'result'; result: Results[Task['kind']]; timing: Timing }
  | { kind: 'error'; message: string };

/** Tasks that wait for a worker. What is not known yet can be added while others are at work. */
export class Queue<T> {
  readonly #tasks: T[] = [];
  readonly #waiting: ((task: T | undefined) => void)[] = [];
  #closed = false;

  /** Adds tasks at the end. */
  add(tasks: readonly T[]): void {
    for (const task of tasks) this.#tasks.push(task);
    while (this.#waiting.length > 0 && this.#tasks.length > 0) this.#waiting.shift()?.(this.#tasks.shift());
  }

  /** Says that no more tasks will come. */
  close(): void {
    this.#closed = true;
    for (const give of this.#waiting.splice(0)) give(undefined);
  }

  /** The next task, as soon as there is one; undefined when there will be none. */
  async take(): Promise<T | undefined> {
    if (this.#tasks.length > 0 || this.#closed) return this.#tasks.shift();
    return new Promise((give) => this.#waiting.push(give));
  }
}

/**
 * A queue of tasks that are all known.
 * @example await createQueue([1, 2]).take() // 1
 */
export function createQueue<T>(tasks: readonly T[]): Queue<T> {
  const queue = new Queue<T>();
  queue.add(tasks);
  queue.close();
  return queue;
}

/** What a pool does with what its workers tell. */
export type PoolEvents<T extends Task> = {
  /** A worker, counted from 0, is so far with its task. */
  progress(task: T, told: { state: TrainingState | undefined; timing: Timing }, worker: number): void;
  /** A task is finished. The worker goes on when the promise is fulfilled; when it is rejected, the pool stops. */
  result(task: T, result: Results[T['kind']], worker: number, timing: Timing): Promise<void>;
  /** The process of a task was killed, and the task is tried again. */
  again(task: T, message: string, worker: number): void;
  /** A task failed; the others go on. */
  error(task: T, message: string, worker: number): void;
};

/** How often a task whose process was killed is tried again. An exception is not: it would come again. */
export const RETRIES = 3;

/**
 * Gives tasks to worker processes, each one at a time. (In threads, which share one copy of the data, the native runtime
 * takes the whole run with it when a thread is stopped in the middle of a step.)
 */
export async function runPool<T extends Task>(
  queue: Queue<T>,
  workers: number,
  events: PoolEvents<T>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  both.addEventListener('abort', () => queue.close());
  if (both.aborted) queue.close();
  const served = Array.from({ length: workers }, (_, index) =>
    serve(queue, events, both, index).catch((error) => {
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(served);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** One process's life: it takes tasks from the queue until that is empty. A process that is killed is followed by another. */
async function serve<T extends Task>(
  queue: Queue<T>,
  events: PoolEvents<T>,
  signal: AbortSignal,
  index: number,
): Promise<void> {
  let worker: ChildProcess | undefined;
  const stop = () => worker?.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const task = await queue.take();
      if (!task) return;
      for (let retries = RETRIES; ; retries--) {
        // it may have been killed while it waited
        if (!worker || hasEnded(worker)) worker = begin();
        const end = await doIn(worker, task, (told) => events.progress(task, told, index));
        if (signal.aborted) return;
        if (end.kind === 'result') {
          await events.result(task, end.result as Results[T['kind']], index, end.timing);
          break;
        }
        // after an exception inside the runtime its memory cannot be trusted
        stop();
        worker = undefined;
        if (end.kind === 'error' || retries === 0) {
          events.error(task, end.message, index);
          break;
        }
        events.again(task, end.message, index);
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

function begin(): ChildProcess {
  return fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
}

type Told = Extract<FromWorker, { kind: 'progress' }>;
type End = Exclude<FromWorker, Told> | { kind: 'killed'; message: string };

function doIn(worker: ChildProcess, task: Task, progress: (told: Told) => void): Promise<End> {
  return new Promise((resolve) => {
    const end = (result: End) => {
      worker.removeAllListeners();
      // an error after the end must not end the run: the process is replaced or stopped anyway
      worker.on('error', () => {});
      resolve(result);
    };
    worker.removeAllListeners();
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') progress(message);
      else end(message);
    });
    worker.on('error', ({ message }) => end({ kind: 'killed', message }));
    worker.on('exit', (code, signal) =>
      end({ kind: 'killed', message: `its process ended with ${signal ?? `status ${code}`}` }),
    );
    // a process that is gone is noticed by its end
    worker.send(task, () => {});
  });
}
