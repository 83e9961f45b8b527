import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Cell } from './cells.ts';
import type { TrainingState } from './train-cell.ts';

/** What a worker process is asked to do: to train a cell, or to measure some of its initialisations untrained. */
export type Task =
  | { readonly kind: 'train'; readonly cell: Cell }
  | { readonly kind: 'measure'; readonly cell: Cell; readonly networks: readonly number[] };

/** What each kind of task gives: the cell's row, or the sums of each network. */
export type Results = { readonly train: GridRow; readonly measure: Float64Array[] };

/** What a worker process is told: the plan of the run, then one task after the other. */
export type ToWorker = { plan: Plan } | { task: Task };

/** What a worker process tells: how far it is, and how the task ended. */
export type FromWorker =
  | { kind: 'progress'; state: TrainingState }
  | { kind: 'result'; result: Results[Task['kind']] }
  | { kind: 'error'; message: string };
