import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import { type Cell, cellCost, multiplications, planCells } from './cells.ts';
import { trainCell } from './train-cell.ts';

/** What a plan takes. */
export type Estimate = {
  /** Networks. */
  readonly networks: number;
  /** Floating-point operations of all steps, in 10⁹: forward once, backward twice, two for each multiplication. */
  readonly gflop: number;
};

/** Operations for each weight, image and step. */
const OPERATIONS = 6;

/**
 * The networks of a plan and what their training costs.
 *
 * @param plan the plan
 * @example estimate(plan).gflop
 */
export function estimate(plan: Plan): Estimate {
  const cells = planCells(plan);
  const cost = cells.reduce((sum, cell) => sum + cellCost(plan, cell), 0);
  return { networks: cells.length, gflop: (OPERATIONS * cost * plan.training.batch) / 1e9 };
}

/** How fast one core trains here. */
export type Speed = {
  /** 10⁹ operations a second, over the steps of the trial. */
  readonly gflops: number;
  /** Milliseconds of a step. */
  readonly step: number;
  readonly cell: Cell;
};

/** Steps before the clock starts, and seconds that it runs. */
const TRIAL = { warmUp: 5, seconds: 3 } as const;

/**
 * Times the training of a plan's middle network on this machine for a few seconds, one network on one core.
 *
 * @param plan the plan
 * @param data the data set
 * @throws what the back end throws
 * @example (await timeSteps(plan, data)).gflops
 */
export async function timeSteps(plan: Plan, data: DataSet): Promise<Speed> {
  const cells = planCells(plan).toSorted((a, b) => cellCost(plan, a) - cellCost(plan, b));
  const cell = cells[Math.floor(cells.length / 2)] as Cell;
  const { stop, ...training } = plan.training;
  const { batch } = training;
  const evaluation = { train_images: batch, test_images: batch };
  let [start, first, last] = [0, 0, 0];
  class Enough extends Error {}
  const trial = trainCell(
    { ...plan, training: { ...training, steps: 1_000_000 }, evaluation },
    cell,
    data,
    ({ steps }) => {
      const now = performance.now();
      if (steps === TRIAL.warmUp) [start, first] = [now, steps];
      last = steps;
      if (first > 0 && last > first && now - start > TRIAL.seconds * 1000) throw new Enough();
    },
  );
  await trial.catch((error) => {
    if (!(error instanceof Enough)) throw error;
  });
  const step = (performance.now() - start) / Math.max(1, last - first);
  return { gflops: (OPERATIONS * multiplications(plan, cell) * batch) / (step * 1e6), step, cell };
}
