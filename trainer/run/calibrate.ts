import { availableParallelism } from 'node:os';
import type { Plan } from '../../schemas/plan.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, listCells, toCellKey } from './cells.ts';
import { describeWork, Pace, type Work } from './pace.ts';
import { createQueue, runPool, type Task } from './pool.ts';

/** How fast this machine trains the networks of a plan. */
export type Calibration = {
  readonly pace: Pace;
  /** Seconds until the processes of the workers have taken their first step. */
  readonly startup: number;
  /** Networks that were timed at a time, and are reckoned with: no more than there are cores. */
  readonly workers: number;
  /** The cells that take least and most, and the milliseconds of a step of each. */
  readonly timed: readonly { readonly cell: Cell; readonly step: number }[];
};

/** Seconds that the smallest and the largest network are timed. */
const SECONDS = [0.8, 1.2] as const;

type TimeTask = Extract<Task, { kind: 'time' }> & { readonly key: string; readonly work: Work };

/**
 * Times real steps of a plan's smallest and largest network, in as many processes at once as a run of it has: each is slower beside others.
 *
 * @param plan whose data are in the cache
 * @param workers of the run
 * @throws Failure where a network cannot be trained
 * @example (await calibrate(plan, 2, new AbortController().signal)).pace.predict(describeWork(plan, cell))
 */
export async function calibrate(plan: Plan, workers: number, signal: AbortSignal): Promise<Calibration> {
  const cells = listCells({ ...plan, seeds: plan.seeds.slice(0, 1) });
  const cost = (cell: Cell) => describeWork(plan, cell).size[2];
  const [smallest, largest] = [
    cells.reduce((a, b) => (cost(b) < cost(a) ? b : a)),
    cells.reduce((a, b) => (cost(b) > cost(a) ? b : a)),
  ];
  const chosen = cost(smallest) < cost(largest) ? [smallest, largest] : [largest];
  const atOnce = Math.min(workers, availableParallelism(), cells.length * plan.seeds.length);
  const tasks = chosen.flatMap((cell, i) =>
    Array.from({ length: atOnce }, (_, n): TimeTask => {
      const key = `${toCellKey(cell)} ${n}`;
      return { kind: 'time', plan, cell, seconds: SECONDS[i] as number, key, work: describeWork(plan, cell) };
    }),
  );
  const pace = new Pace();
  const begun = performance.now();
  let startup = Number.POSITIVE_INFINITY;
  const failures: string[] = [];
  const timed = new Map<Cell, { steps: number; seconds: number }>();
  await runPool(
    createQueue(tasks),
    atOnce,
    {
      progress() {},
      again() {},
      async result({ cell, key, work }, timing, _, { start, rest }) {
        const { steps, seconds } = timed.get(cell) ?? { steps: 0, seconds: 0 };
        timed.set(cell, { steps: steps + timing.steps, seconds: seconds + timing.seconds });
        startup = Math.min(startup, (performance.now() - begun) / 1000 - rest);
        // (the first network of a process waits for the runtime)
        pace.time(key, work, start === null ? { ...timing, start } : timing);
      },
      error(_, message) {
        failures.push(message);
      },
    },
    signal,
  );
  const [failure] = failures;
  if (failure !== undefined) throw new Failure(`A network of the plan cannot be trained: ${failure}`);
  if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
  return {
    ...{ pace, startup, workers: atOnce },
    timed: chosen.map((cell) => {
      const { steps, seconds } = timed.get(cell) as { steps: number; seconds: number };
      return { cell, step: (1000 * seconds) / steps };
    }),
  };
}
