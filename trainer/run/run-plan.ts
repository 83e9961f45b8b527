import type { Grid } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { EXIT, Failure } from '../errors.ts';
import { cellCost, cellKey, planCells } from './cells.ts';
import { finishedGrid, writeGrid } from './finished.ts';
import { encodeGrid } from './grid.ts';
import { placesOf, type Shard, shardOf } from './places.ts';
import { queueOf } from './queue.ts';
import { inRun, type RunOptions } from './run.ts';
import { ended, trainCells, trainTask } from './train-cells.ts';

/** What a run came to. */
export type Outcome = {
  /** Undefined for a shard, whose cells are in its journal. */
  readonly grid: Grid | undefined;
  /** Whether it was there already. */
  readonly existed: boolean;
  /** Networks that the run is of: those of the grid, or of the shard. */
  readonly networks: number;
};

/**
 * Runs a plan to its grid, or a shard of it to its journal, from where an earlier run of it left off.
 *
 * @param plan the plan
 * @param options how
 * @throws Failure when the run is interrupted (status 130), when cells failed, or when something cannot be read or
 *   written; what was finished is in the journal
 * @example const { grid } = await runPlan(plan, { out: 'runs', workers: 2, signal, say: console.error });
 */
export async function runPlan(plan: Plan, options: RunOptions & { shard?: Shard }): Promise<Outcome> {
  const { shard } = options;
  const places = placesOf(plan, options.out, shard);
  const all = planCells(plan);
  const cells = shard ? shardOf(all, shard, (cell) => cellCost(plan, cell)) : all;
  const finished = await finishedGrid(plan, places.grid, options.say);
  if (finished) return { grid: finished, existed: true, networks: cells.length };

  return inRun(plan, places, options, async (journal, data) => {
    const missing = cells.filter((cell) => !journal.rows.has(cellKey(cell)));
    if (missing.length < cells.length && missing.length > 0)
      options.say(`Continuing: ${cells.length - missing.length} of ${cells.length} cells are finished.`);
    if (missing.length > 0) {
      const workers = Math.min(options.workers, missing.length);
      options.say(
        `Training ${missing.length} network(s) of the plan "${plan.id}"${shard ? `, shard ${shard.index} of ${shard.of}` : ''}, ${workers} at a time.`,
      );
      // the longest first, so that at the end no process is left with a long one while the others have none
      const order = missing.toSorted((a, b) => cellCost(plan, b) - cellCost(plan, a));
      const failed = await trainCells(
        { plan, journal, queue: queueOf(order.map(trainTask)), cells },
        options,
        workers,
      );
      ended(failed, cells.length, options.signal);
    }
    if (options.signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    if (shard) return { grid: undefined, existed: missing.length === 0, networks: cells.length };
    const grid = await writeGrid(places.grid, encodeGrid(plan, journal.rows, data));
    return { grid, existed: false, networks: cells.length };
  });
}
