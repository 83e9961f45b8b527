import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Cell } from './cells.ts';

/** What a worker process is told: the plan of the run, then one cell after the other. */
export type ToWorker = { plan: Plan } | { cell: Cell };

/** What a worker process tells: how far it is, and how the cell ended. */
export type FromWorker =
  | { kind: 'progress'; steps: number }
  | { kind: 'row'; row: GridRow }
  | { kind: 'error'; message: string };
