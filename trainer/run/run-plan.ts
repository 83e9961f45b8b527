import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { DATA_SETS } from '../data/index.ts';
import { cacheFolder, fromFolder, fromRegistry, loadData } from '../data/load.ts';
import { EXIT, Failure, fileFailure } from '../errors.ts';
import { type Cell, cellCost, cellKey, describeCell, planCells } from './cells.ts';
import { writeAtomically } from './files.ts';
import { encodeGrid } from './grid.ts';
import { Journal } from './journal.ts';
import { takeLock } from './lock.ts';
import { planDigest } from './plan.ts';
import { runPool } from './pool.ts';
import { showProgress } from './progress.ts';

/** How a plan is run. */
export type RunOptions = {
  /** The folder of the journal and the grid. */
  out: string;
  /** A folder with the data set as its authors give it out; without one it is fetched. */
  data?: string | undefined;
  /** Networks trained at a time. */
  workers: number;
  /** Interrupts the run when aborted. */
  signal: AbortSignal;
  /** Where messages go. */
  say: (line: string) => void;
};

/**
 * Where the grid of a plan is written.
 *
 * @example gridFile(plan, 'runs') // 'runs/tiny.json'
 */
export function gridFile(plan: Plan, out: string): string {
  return path.join(out, `${plan.id}.json`);
}

/**
 * Runs a plan to its grid, from where an earlier run of it left off.
 *
 * @param plan the plan
 * @param options how
 * @returns the grid, and whether it was there already
 * @throws Failure when the run is interrupted (status 130), when cells failed, or when something cannot be read or
 *   written; what was finished is in the journal
 * @example const { grid } = await runPlan(plan, { out: 'runs', workers: 2, signal, say: console.error });
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<{ grid: Grid; existed: boolean }> {
  const file = gridFile(plan, options.out);
  const finished = await finishedGrid(plan, file);
  if (finished) return { grid: finished, existed: true };

  const release = await takeLock(path.join(options.out, `${plan.id}.lock`));
  try {
    const journal = await Journal.open(path.join(options.out, `${plan.id}.journal.jsonl`), plan);
    try {
      const source = DATA_SETS[plan.data.name];
      const origin = options.data === undefined ? fromRegistry(source) : fromFolder(source, options.data);
      const data = await loadData(source, options.say, cacheFolder(), origin);
      if (!options.signal.aborted) await trainMissing(plan, journal, options);
      if (options.signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
      const text = encodeGrid(plan, journal.rows, data);
      await writeAtomically(file, text).catch((error) => {
        throw fileFailure(
          `write the grid ${file}`,
          error,
          'All cells are saved: run the same command again.',
        );
      });
      return { grid: JSON.parse(text), existed: false };
    } finally {
      await journal.close();
    }
  } finally {
    await release();
  }
}

async function finishedGrid(plan: Plan, file: string): Promise<Grid | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    // a folder that is no folder is reported by who writes there
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw fileFailure(`read ${file}`, error, 'Choose another folder with --out.');
  });
  if (text === undefined) return undefined;
  const remedy = 'Delete it to train anew, or give the plan another id, or choose another folder with --out.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(`${file} is there but is not JSON. ${remedy}`);
  }
  const grid = gridSchema.safeParse(value);
  if (!grid.success) throw new Failure(`${file} is there but is no whole grid. ${remedy}`);
  if (planDigest(grid.data.meta.plan) !== planDigest(plan))
    throw new Failure(`${file} is the grid of another plan with the id "${plan.id}". ${remedy}`);
  return grid.data;
}

async function trainMissing(
  plan: Plan,
  journal: Journal,
  { workers, signal, say }: RunOptions,
): Promise<void> {
  const cells = planCells(plan);
  const missing = cells.filter((cell) => !journal.rows.has(cellKey(cell)));
  if (journal.damaged > 0 && missing.length > 0)
    say(
      `Warning: ${journal.damaged} damaged line(s) of the journal are left aside; their cells are trained again.`,
    );
  if (missing.length === 0) return;
  if (missing.length < cells.length)
    say(`Continuing: ${cells.length - missing.length} of ${cells.length} cells are finished.`);
  const together = Math.min(workers, missing.length);
  say(describeChoice(plan.backend));
  say(`Training ${missing.length} network(s) of the plan "${plan.id}", ${together} at a time.`);

  const total = cells.reduce((sum, cell) => sum + cellCost(plan, cell), 0);
  const progress = showProgress(cells.length, 1 - sumCost(plan, missing) / total);
  const underway = new Map<string, number>();
  const show = () => {
    const done = [...underway.values()].reduce((sum, cost) => sum + cost, 0);
    const open = cells.filter((cell) => !journal.rows.has(cellKey(cell)));
    progress.update(Math.max(0, 1 - (sumCost(plan, open) - done) / total), journal.rows.size);
  };
  const failed: string[] = [];
  try {
    // the longest first, so that at the end no process is left with a long one while the others have none
    const order = missing.toSorted((a, b) => cellCost(plan, b) - cellCost(plan, a));
    await runPool(
      order,
      workers,
      plan,
      {
        progress(cell, steps) {
          underway.set(cellKey(cell), (cellCost(plan, cell) * steps) / plan.training.steps);
          show();
        },
        async row(cell, row) {
          await journal.append(row);
          underway.delete(cellKey(cell));
          show();
        },
        error(cell, message) {
          underway.delete(cellKey(cell));
          failed.push(describeCell(cell));
          progress.say(`The cell ${describeCell(cell)} failed: ${message}`);
        },
      },
      signal,
    );
  } finally {
    progress.stop();
  }
  if (failed.length > 0 && !signal.aborted)
    throw new Failure(
      `${failed.length} of ${cells.length} cells failed, so there is no grid yet:\n  ${failed.join('\n  ')}\n` +
        'The others are saved; run the same command again to try these once more.',
    );
}

function sumCost(plan: Plan, cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cellCost(plan, cell), 0);
}
