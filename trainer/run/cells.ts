import { AXIS_NAMES, type AxisName, type Plan } from '../../schemas/plan.ts';
import { DATA_SETS } from '../data/index.ts';

/** One network to train: a point of the axes and a seed. */
export type Cell = Readonly<Record<AxisName | 'seed', number>>;

/**
 * The cells of a plan, in the order of the grid's rows: by the axes in the order of the schema (depth first), each in
 * the order of the plan, then by seed.
 *
 * @param plan the plan
 * @example planCells(plan).length // depths × sigma_w2s × seeds
 */
export function planCells(plan: Plan): Cell[] {
  let cells: Partial<Record<AxisName, number>>[] = [{}];
  for (const name of AXIS_NAMES) {
    // a technique without keep keeps every unit
    const values = plan.axes[name] ?? [plan.network[name] ?? 1];
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })));
  }
  return cells.flatMap((cell) => plan.seeds.map((seed) => ({ ...(cell as Record<AxisName, number>), seed })));
}

/**
 * A text that is the same for the same cell, and different for different ones.
 *
 * @example cellKey({ depth: 5, sigma_w2: 1, keep: 0.95, seed: 1 }) // '[5,1,0.95,1]'
 */
export function cellKey({ depth, sigma_w2, keep, seed }: Cell): string {
  return JSON.stringify([depth, sigma_w2, keep, seed]);
}

/**
 * A cell in words, for messages.
 *
 * @example describeCell(cell) // 'depth 5, sigma_w2 1, keep 0.95, seed 1'
 */
export function describeCell({ depth, sigma_w2, keep, seed }: Cell): string {
  return `depth ${depth}, sigma_w2 ${sigma_w2}, keep ${keep}, seed ${seed}`;
}

/**
 * What a cell costs beside others of the same plan: its layers, times its steps.
 *
 * @example cellCost(plan, cell) / total // the cell's share of the run
 */
export function cellCost(plan: Plan, { depth }: Cell): number {
  // the first layer and the read-out cost about as much as this many hidden layers of a like width
  const ends = DATA_SETS[plan.data.name].pixelsPerImage / plan.network.width;
  return (depth + ends) * plan.training.steps;
}
