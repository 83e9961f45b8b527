import { availableParallelism } from 'node:os';
import type { BackendName } from '../../catalogue/training.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { findBackend } from '../backends/index.ts';
import { countContents } from '../data/any-data.ts';
import { DATA_SETS } from '../data/sources.ts';
import { optimisers } from '../optimisers.ts';
import { type Cell, countMultiplications, estimateCost, listCells } from './cells.ts';

/** What a plan takes. */
export type Estimate = {
  /** Networks. */
  readonly networks: number;
  /** Floating-point operations of all steps, in 10⁹: forward once, backward twice, two for each multiplication. */
  readonly gflop: number;
};

/** Operations for each weight, image and step. */
const OPERATIONS = 6;

/** The networks of a plan, or some of them, and what their training costs. */
export function estimate(plan: Plan, cells: readonly Cell[] = listCells(plan)): Estimate {
  const cost = cells.reduce((sum, cell) => sum + estimateCost(plan, cell), 0);
  return { networks: cells.length, gflop: (OPERATIONS * cost * plan.training.batch) / 1e9 };
}

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
 */
export function estimateMemory(plan: Plan): Memory {
  const { base, layer, parameter, state, unit } = PARTS[findBackend(plan.backend).name as BackendName];
  const data = countContents(DATA_SETS[plan.data.name]);
  const bytes = (cell: Cell) =>
    layer * cell.depth +
    (parameter + state * countStates(plan.training.optimiser)) * countMultiplications(plan, cell) +
    unit * plan.training.batch * cell.depth * valueAt(plan, cell, 'width');
  const cells = listCells({ ...plan, seeds: plan.seeds.slice(0, 1) });
  const largest = cells.reduce((most, cell) => Math.max(most, bytes(cell)), 0);
  return { main: MAIN + data, worker: base + data + largest };
}

/**
 * The numbers of an optimiser's state for each number of a parameter, by the sizes of its states: NovoGrad's mean of the norm is one
 * number for all of it.
 * @example countStates('adam') // 2
 */
export function countStates(optimiser: Plan['training']['optimiser']): number {
  const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const shape = [100, 100];
  const states = Object.values(optimisers[optimiser].states(shape)).map(size);
  return states.reduce((sum, numbers) => sum + numbers, 0) / size(shape);
}

/** How many workers a run gets where nobody says: one a core, or as many as there is memory for. */
export function chooseWorkers(
  plan: Plan,
  say: (line: string) => void,
  free: number = process.availableMemory(),
): number {
  const { main, worker } = estimateMemory(plan);
  const cores = availableParallelism();
  const workers = Math.max(1, Math.min(cores, Math.floor((SHARE * free - main) / worker)));
  const total = main + workers * worker;
  const why = workers < cores ? `, of ${cores} cores, because more would not fit` : '';
  say(`Memory: about ${formatBytes(total)} for ${workers} worker(s)${why}.`);
  if (total > free)
    say(
      `Warning: only ${formatBytes(free)} are free. Take a smaller width, depth or batch if the run is killed.`,
    );
  return workers;
}

/**
 * Bytes as a person reads them.
 * @example formatBytes(1.5e9) // '1.5 GB'
 */
export function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
