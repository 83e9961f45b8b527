import type { TrainedDataName } from '../../catalogue/training.ts';
import { type AnyData, type AnySource, type DataOf, isOfRows } from '../data/any-data.ts';
import { loadData } from '../data/load.ts';
import { DATA_SETS } from '../data/sources.ts';
import { measureNetworks } from '../measure/measure-networks.ts';
import { measureUnits } from '../measure/measure-units.ts';
import type { FromWorker, Task } from './pool.ts';
import { trainCell } from './train-cell.ts';
import type { TrainingState } from './training-history.ts';

// The entry of a worker process: does one task after the other, as it is told.

/** Milliseconds between two messages about progress. */
const PROGRESS_INTERVAL = 250;

const loaded = new Map<TrainedDataName, Promise<AnyData>>();

/** A data set, which the run has put into the cache. */
function load<Name extends TrainedDataName>(name: Name): Promise<DataOf<(typeof DATA_SETS)[Name]>> {
  const known = loaded.get(name) ?? loadData<AnySource>(DATA_SETS[name], () => {});
  loaded.set(name, known);
  return known as Promise<DataOf<(typeof DATA_SETS)[Name]>>;
}

const tell = (message: FromWorker) => process.send?.(message);

// Ctrl-C reaches the whole group of processes, but it is for the one that keeps the journal to decide
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

process.on('message', async (task: Task) => {
  let told = performance.now();
  const progress = (state: TrainingState) => {
    if (performance.now() - told < PROGRESS_INTERVAL) return;
    told = performance.now();
    tell({ kind: 'progress', state });
  };
  try {
    tell({ kind: 'result', result: await work(task, progress) });
  } catch (error) {
    tell({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
});

async function work(task: Task, progress: (state: TrainingState) => void) {
  const { plan, cell } = task;
  const data = await load(plan.data.name);
  if (task.kind !== 'train') {
    if (isOfRows(data)) throw new Error('networks that are trained on rows are not measured');
    return task.kind === 'measure'
      ? measureNetworks(plan, cell, task.networks, data)
      : measureUnits(plan, task.units, cell, task.networks, data);
  }
  const other = plan.evaluation.uncertainty?.out_of_distribution;
  return trainCell(plan, cell, data, progress, other && (await load(other)));
}
