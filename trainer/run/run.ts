import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isRowSet } from '../../catalogue/training.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { AnyData, AnySource } from '../data/any-data.ts';
import type { DataSet } from '../data/data-set.ts';
import { findCacheFolder, fromFolder, fromOrigin, loadData } from '../data/load.ts';
import { DATA_SETS } from '../data/sources.ts';
import { EXIT, Failure } from '../errors.ts';
import { takeLock } from './files.ts';
import { Journal, type JournalFormat } from './journal.ts';

/** A part of a plan's cells: the index-th of so many, counted from 1. */
export type Shard = { readonly index: number; readonly of: number };

/** The files of a run. */
export type RunFiles = { readonly grid: string; readonly journal: string; readonly lock: string };

/**
 * Where a run writes.
 * @example locateRunFiles(plan, 'runs').grid // 'runs/mnist-tanh-keep-095.json'
 */
export function locateRunFiles({ id }: Pick<Plan, 'id'>, out: string, shard?: Shard): RunFiles {
  const name = shard ? `${id}.shard-${shard.index}-of-${shard.of}` : id;
  return {
    grid: path.join(out, `${id}.json`),
    journal: path.join(out, `${name}.journal.jsonl`),
    lock: path.join(out, `${name}.lock`),
  };
}

/**
 * Deals things out to shards, as evenly as their costs allow: the dearest first, each to the shard that has least so far.
 * @example selectShard([1, 2, 3], { index: 1, of: 2 }, (x) => x) // [3]
 */
export function selectShard<T>(items: readonly T[], { index, of }: Shard, cost: (item: T) => number): T[] {
  const loads = new Array<number>(of).fill(0);
  const owners = new Map<number, number>();
  const order = items.map((_, i) => i).sort((a, b) => cost(items[b] as T) - cost(items[a] as T) || a - b);
  for (const i of order) {
    const owner = loads.indexOf(Math.min(...loads));
    loads[owner] = (loads[owner] as number) + cost(items[i] as T);
    owners.set(i, owner);
  }
  return items.filter((_, i) => owners.get(i) === index - 1);
}

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

/** Does something with a run's journal while no other process works on it. */
export async function withJournal<Row extends object, T>(
  format: JournalFormat<Row>,
  places: RunFiles,
  { say }: Pick<RunOptions, 'say'>,
  action: (journal: Journal<Row>) => Promise<T>,
): Promise<T> {
  const release = await takeLock(places.lock);
  try {
    await removeLeftovers(places.grid);
    const journal = await Journal.open(places.journal, format);
    try {
      if (journal.damaged > 0)
        say(
          `Warning: ${journal.damaged} damaged line(s) of the journal are left aside; cells that only they held are trained again.`,
        );
      if (journal.cut)
        say('The last line of the journal was not whole and is cut off; its cell is trained again.');
      return await action(journal);
    } finally {
      await journal.close();
    }
  } finally {
    await release();
  }
}

/**
 * The data set of a plan, for what is done with images only.
 *
 * @throws Failure where it is of rows
 * @example (await loadPlanData(plan, undefined, console.error)).pixelsPerImage
 */
export async function loadPlanData(
  plan: Pick<Plan, 'data'> & Partial<Pick<Plan, 'evaluation'>>,
  folder: string | undefined,
  say: (line: string) => void,
): Promise<DataSet> {
  if (isRowSet(plan.data.name))
    throw new Failure(
      `The plan trains on ${plan.data.name}, which is for regression: this is about networks that read images. Name a data set of images.`,
      EXIT.usage,
    );
  return (await loadTrainingData(plan, folder, say)) as DataSet;
}

/**
 * The data set of a plan, of images or of rows. The one that it names as out of distribution is put into the cache, too.
 *
 * @example (await loadTrainingData(plan, undefined, console.error)).train.count
 */
export async function loadTrainingData(
  plan: Pick<Plan, 'data'> & Partial<Pick<Plan, 'evaluation'>>,
  folder: string | undefined,
  say: (line: string) => void,
): Promise<AnyData> {
  const source: AnySource = DATA_SETS[plan.data.name];
  const other = plan.evaluation?.uncertainty?.out_of_distribution;
  if (other) await loadData(DATA_SETS[other], say);
  const reader = folder === undefined ? fromOrigin(source) : fromFolder(source, folder);
  return loadData(source, say, findCacheFolder(), reader);
}

/** Temporary files of a grid whose writer was killed. */
async function removeLeftovers(grid: string): Promise<void> {
  const [folder, name] = [path.dirname(grid), path.basename(grid)];
  for (const file of await readdir(folder))
    if (file.startsWith(`${name}.`) && file.endsWith('.tmp'))
      await rm(path.join(folder, file), { force: true });
}
