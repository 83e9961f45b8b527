import type { TrainedDataName } from '../../catalogue/training.ts';
import { type AnyData, type AnySource, type DataOf, isOfRows } from '../data/any-data.ts';
import { loadData } from '../data/load.ts';
import { DATA_SETS } from '../data/sources.ts';
import { measureNetworks } from '../measure/measure-networks.ts';
import { measureUnits } from '../measure/measure-units.ts';
import { Stopwatch } from './pace.ts';
import type { FromWorker, Task } from './pool.ts';
import { timeCell } from './time-cell.ts';
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

/** Whether no task was begun yet. */
let isFirst = true;

const tell = (message: FromWorker) => process.send?.(message);

// Ctrl-C reaches the whole group of processes, but it is for the one that keeps the journal to decide
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

process.on('message', async (task: Task) => {
  try {
    await loadFor(task);
    const watch = new Stopwatch(isFirst);
    isFirst = false;
    let told = performance.now();
    const progress = (state?: TrainingState) => {
      watch.step();
      if (performance.now() - told < PROGRESS_INTERVAL) return;
      told = performance.now();
      tell({ kind: 'progress', state, timing: watch.read() });
    };
    const result = await work(task, progress);
    tell({ kind: 'result', result, timing: watch.read() });
  } catch (error) {
    tell({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
});

/** The data of a task: that of its plan, and that which the plan names as out of distribution. */
async function loadFor({ plan }: Task) {
  const other = plan.evaluation.uncertainty?.out_of_distribution;
  return [await load(plan.data.name), other && (await load(other))] as const;
}

/** Does a task, and says after each step, or each network that is measured, that it is over. */
async function work(task: Task, progress: (state?: TrainingState) => void) {
  const { plan, cell } = task;
  const [data, other] = await loadFor(task);
  if (task.kind === 'time') return timeCell(plan, cell, data, task.seconds, progress);
  if (task.kind !== 'train') {
    if (isOfRows(data)) throw new Error('networks that are trained on rows are not measured');
    return task.kind === 'measure'
      ? measureNetworks(plan, cell, task.networks, data, progress)
      : measureUnits(plan, task.units, cell, task.networks, data, progress);
  }
  return trainCell(plan, cell, data, progress, other);
}
