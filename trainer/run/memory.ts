import { availableParallelism } from 'node:os';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { backendOf } from '../backends/index.ts';
import { bytesOf } from '../data/data-set.ts';
import { DATA_SETS } from '../data/index.ts';
import { type Cell, multiplications, planCells } from './cells.ts';

/** What a run takes, in bytes. */
export type Memory = {
  /** The process without any network: Node, the runtime and the data set, which all workers share. */
  readonly shared: number;
  /** One worker with the largest network of the plan. */
  readonly worker: number;
};

const MIB = 2 ** 20;

/** Node with a back end loaded, and a worker thread with a small network. Measured; see docs/trainer.md. */
const BASE = {
  'ort-node': { shared: 120 * MIB, worker: 60 * MIB, parameter: 24, activation: 28 },
  'ort-web-training': { shared: 120 * MIB, worker: 160 * MIB, parameter: 24, activation: 40 },
} as const;

/** Of the memory that is free, a run takes at most this share on its own accord. */
const SHARE = 0.8;

/**
 * The memory that a plan's run takes: bounded, because a worker holds one network at a time. An estimate from above for
 * the plan's largest network.
 *
 * @param plan the plan
 * @example memoryOf(plan).worker / 2 ** 20 // 180
 */
export function memoryOf(plan: Plan): Memory {
  const { name } = backendOf(plan.backend);
  const base = BASE[name as keyof typeof BASE];
  const bytes = (cell: Cell) => {
    const units = plan.training.batch * cell.depth * valueAt(plan, cell, 'width');
    return base.parameter * multiplications(plan, cell) + base.activation * units;
  };
  const largest = Math.max(...planCells({ ...plan, seeds: plan.seeds.slice(0, 1) }).map(bytes));
  return { shared: base.shared + bytesOf(DATA_SETS[plan.data.name]), worker: base.worker + largest };
}

/**
 * How many workers a run gets where nobody says: one a core, or as many as there is memory for.
 *
 * @param plan the plan
 * @param say is told how much memory it will be
 * @param free bytes that can be had
 * @example fittingWorkers(plan, console.error)
 */
export function fittingWorkers(
  plan: Plan,
  say: (line: string) => void,
  free: number = process.availableMemory(),
): number {
  const { shared, worker } = memoryOf(plan);
  const cores = availableParallelism();
  const workers = Math.max(1, Math.min(cores, Math.floor((SHARE * free - shared) / worker)));
  const total = shared + workers * worker;
  const why = workers < cores ? `, of ${cores} cores, because more would not fit` : '';
  say(`Memory: about ${gigabytes(total)} for ${workers} worker(s)${why}.`);
  if (total > free)
    say(
      `Warning: only ${gigabytes(free)} are free. Take a smaller width, depth or batch if the run is killed.`,
    );
  return workers;
}

/**
 * Bytes as a person reads them.
 *
 * @example gigabytes(1.5e9) // '1.5 GB'
 */
export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
