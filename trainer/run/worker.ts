import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { DATA_SETS } from '../data/sources.ts';
import { measureNetworks } from '../measure/measure-networks.ts';
import type { FromWorker, ToWorker } from './pool.ts';
import { type TrainingState, trainCell } from './train-cell.ts';

// The entry of a worker process: does one task after the other, as it is told.

/** Milliseconds between two messages about progress. */
const PROGRESS_INTERVAL = 250;

let plan: Plan;
let data: Promise<DataSet>;
const tell = (message: FromWorker) => process.send?.(message);

// Ctrl-C reaches the whole group of processes, but it is for the one that keeps the journal to decide
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

process.on('message', async (message: ToWorker) => {
  if ('plan' in message) {
    plan = message.plan;
    // the run has put it into the cache
    data = loadData(DATA_SETS[plan.data.name], () => {});
    data.catch(() => {});
    return;
  }
  const { task } = message;
  let told = performance.now();
  const progress = (state: TrainingState) => {
    if (performance.now() - told < PROGRESS_INTERVAL) return;
    told = performance.now();
    tell({ kind: 'progress', state });
  };
  try {
    const result =
      task.kind === 'train'
        ? await trainCell(plan, task.cell, await data, progress)
        : await measureNetworks(plan, task.cell, task.networks, await data);
    tell({ kind: 'result', result });
  } catch (error) {
    tell({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
});
