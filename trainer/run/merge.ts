import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, fileFailure } from '../errors.ts';
import { searchedRows } from '../frontier/run-search.ts';
import { cellKey, describeCell, planCells } from './cells.ts';
import { finishedGrid, writeGrid } from './finished.ts';
import { encodeGrid } from './grid.ts';
import { readJournal } from './journal-read.ts';
import { placesOf } from './places.ts';
import { dataOf, type RunOptions } from './run.ts';

/** What a merge came to. */
export type Merged = { readonly grid: Grid; readonly existed: boolean; readonly journals: readonly string[] };

/**
 * Makes the grid of a plan out of the journals of its shards (and of runs that were not finished).
 *
 * @param plan the plan
 * @param from journals, and folders whose journals of this plan are taken
 * @param options of the run: where the grid goes
 * @throws Failure when there is no journal, one belongs to another plan, two have different rows of one cell, or cells are
 *   missing
 * @example await mergeShards(plan, ['runs'], { out: 'runs', say: console.error })
 */
export async function mergeShards(
  plan: Plan,
  from: readonly string[],
  { out, data, say }: Pick<RunOptions, 'out' | 'data' | 'say'>,
): Promise<Merged> {
  const journals = (await Promise.all(from.map((one) => journalsIn(one, plan)))).flat();
  if (journals.length === 0)
    throw new Failure(
      `There is no journal of the plan "${plan.id}" in ${from.join(', ')}. Give the journals, or the folders that they are in, with --from.`,
    );
  const rows = new Map<string, GridRow>();
  for (const file of journals) {
    const { rows: own, damaged } = await readJournal(file, plan);
    if (damaged > 0) say(`Warning: ${damaged} damaged line(s) of ${file} are left aside.`);
    for (const [key, row] of own) {
      const known = rows.get(key);
      if (known && JSON.stringify(known) !== JSON.stringify(row))
        throw new Failure(
          `${file} has other numbers of the cell ${describeCell(row)} than the journals before it: it was trained twice, on machines that compute differently. Leave one of the journals out.`,
        );
      rows.set(key, row);
    }
  }
  const wanted = plan.search ? searched({ ...plan, search: plan.search }, rows) : complete(plan, rows);
  const { grid: file } = placesOf(plan, out);
  const finished = await finishedGrid(plan, file, say);
  if (finished) return { grid: finished, existed: true, journals };
  const text = encodeGrid(plan, wanted, await dataOf(plan, data, say));
  return { grid: await writeGrid(file, text), existed: false, journals };
}

async function journalsIn(place: string, { id }: Plan): Promise<string[]> {
  const files = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw fileFailure(`read ${place}`, error, 'Give journals, or the folders that they are in, with --from.');
  });
  if (!files) return [place];
  const own = (name: string) =>
    name === `${id}.journal.jsonl` ||
    (name.startsWith(`${id}.shard-`) &&
      /^\d+-of-\d+\.journal\.jsonl$/.test(name.slice(`${id}.shard-`.length)));
  return files
    .filter(own)
    .sort()
    .map((name) => path.join(place, name));
}

function complete(plan: Plan, rows: ReadonlyMap<string, GridRow>): ReadonlyMap<string, GridRow> {
  const cells = planCells(plan);
  const missing = cells.filter((cell) => !rows.has(cellKey(cell)));
  if (missing.length === 0) return rows;
  const some = missing.slice(0, 5).map(describeCell);
  throw new Failure(
    `${missing.length} of ${cells.length} cells are in none of the journals:\n  ${some.join('\n  ')}${missing.length > some.length ? '\n  …' : ''}\n` +
      'Finish the shards that they belong to, then merge again.',
  );
}

function searched(
  plan: Parameters<typeof searchedRows>[0],
  trained: ReadonlyMap<string, GridRow>,
): Map<string, GridRow> {
  const { rows, open } = searchedRows(plan, trained);
  if (open === 0) return rows;
  throw new Failure(
    `The search of ${open} column(s) is not finished in these journals. Finish the shards that they belong to, then merge again.`,
  );
}
