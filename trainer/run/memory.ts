import { availableParallelism } from 'node:os';
import type { BackendName } from '../../catalogue/training.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { backendOf } from '../backends/index.ts';
import { bytesOf } from '../data/data-set.ts';
import { DATA_SETS } from '../data/index.ts';
import { optimisers } from '../optimisers/index.ts';
import { type Cell, multiplications, planCells } from './cells.ts';

/** What a run takes, in bytes. */
export type Memory = {
  /** The process that keeps the journal. */
  readonly main: number;
  /** One worker process, with the largest network of the plan. */
  readonly worker: number;
};

const MB = 1e6;

/** The main process: Node and the data set. */
const MAIN = 170 * MB;

/**
 * Of a worker process: Node with the back end loaded and its data set left out; then for each hidden layer, each parameter,
 * each number of the optimiser's state for a parameter, and each unit of an image. Fitted to `npm run bench:memory`: above what is
 * measured, or below it by a few per cent (a run takes 80 % of what is free).
 */
const PARTS = {
  'ort-node': { base: 175 * MB, layer: 0.4 * MB, parameter: 24, state: 25, unit: 45 },
  'ort-web-training': { base: 870 * MB, layer: 0.7 * MB, parameter: 25, state: 12, unit: 40 },
} as const satisfies Record<BackendName, Record<string, number>>;

/** Of the memory that is free, a run takes at most this share on its own accord. */
const SHARE = 0.8;

/**
 * The memory that a plan's run takes: bounded, because a worker holds one network at a time. For the plan's largest
 * network.
 *
 * @param plan the plan
 * @example memoryOf(plan).worker / 1e6
 */
export function memoryOf(plan: Plan): Memory {
  const { base, layer, parameter, state, unit } = PARTS[backendOf(plan.backend).name as BackendName];
  const data = bytesOf(DATA_SETS[plan.data.name]);
  const bytes = (cell: Cell) =>
    layer * cell.depth +
    (parameter + state * statesOf(plan.training.optimiser)) * multiplications(plan, cell) +
    unit * plan.training.batch * cell.depth * valueAt(plan, cell, 'width');
  const cells = planCells({ ...plan, seeds: plan.seeds.slice(0, 1) });
  const largest = cells.reduce((most, cell) => Math.max(most, bytes(cell)), 0);
  return { main: MAIN + data, worker: base + data + largest };
}

/**
 * The numbers of an optimiser's state for each number of a parameter, by the sizes of its states: NovoGrad's mean of the norm is one
 * number for all of it.
 *
 * @param optimiser its name
 * @example statesOf('adam') // 2
 */
export function statesOf(optimiser: Plan['training']['optimiser']): number {
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const shape = [100, 100];
  const states = Object.values(optimisers[optimiser].states(shape)).map(size);
  return states.reduce((sum, numbers) => sum + numbers, 0) / size(shape);
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
  const { main, worker } = memoryOf(plan);
  const cores = availableParallelism();
  const workers = Math.max(1, Math.min(cores, Math.floor((SHARE * free - main) / worker)));
  const total = main + workers * worker;
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
