import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Cell } from './cells.ts';
import type { TrainingState } from './train-cell.ts';

/** What a worker thread is started with. The data set lies in shared memory. */
export type WorkerSetup = { plan: Plan; data: DataSet };

/** What a worker thread is told: to train a cell. */
export type ToWorker = { cell: Cell };

/** What a worker thread tells: how far it is, and how the cell ended. */
export type FromWorker =
  | { kind: 'progress'; state: TrainingState }
  | { kind: 'row'; row: GridRow }
  | { kind: 'error'; message: string };
