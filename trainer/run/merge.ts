import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, toFileFailure } from '../errors.ts';
import { selectSearchedRows } from '../frontier/run-search.ts';
import { describeCell, listCells, toCellKey } from './cells.ts';
import { encodeGrid, readFinishedGrid, writeGrid } from './grid-file.ts';
import { planJournal, readJournal } from './journal.ts';
import { loadTrainingData, locateRunFiles, type RunOptions } from './run.ts';

/** What a merge came to. */
export type Merged = { readonly grid: Grid; readonly existed: boolean; readonly journals: readonly string[] };

/** Makes the grid of a plan out of the journals of its shards (and of runs that were not finished). */
export async function mergeShards(
  plan: Plan,
  from: readonly string[],
  { out, data, say }: Pick<RunOptions, 'out' | 'data' | 'say'>,
): Promise<Merged> {
  const journals = (await Promise.all(from.map((one) => findJournals(one, plan)))).flat();
  if (journals.length === 0)
    throw new Failure(
      `There is no journal of the plan "${plan.id}" in ${from.join(', ')}. Give the journals, or the folders that they are in, with --from.`,
    );
  const rows = new Map<string, GridRow>();
  for (const file of journals) {
    const { rows: own, damaged } = await readJournal(file, planJournal(plan));
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
  const wanted = plan.search ? isSearched({ ...plan, search: plan.search }, rows) : complete(plan, rows);
  const { grid: file } = locateRunFiles(plan, out);
  const finished = await readFinishedGrid(plan, file, say);
  if (finished) return { grid: finished, existed: true, journals };
  const text = encodeGrid(plan, wanted, await loadTrainingData(plan, data, say));
  return { grid: await writeGrid(file, text), existed: false, journals };
}

async function findJournals(place: string, { id }: Plan): Promise<string[]> {
  const files = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw toFileFailure(
      `read ${place}`,
      error,
      'Give journals, or the folders that they are in, with --from.',
    );
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
  const cells = listCells(plan);
  const missing = cells.filter((cell) => !rows.has(toCellKey(cell)));
  if (missing.length === 0) return rows;
  const some = missing.slice(0, 5).map(describeCell);
  throw new Failure(
    `${missing.length} of ${cells.length} cells are in none of the journals:\n  ${some.join('\n  ')}${missing.length > some.length ? '\n  …' : ''}\n` +
      'Finish the shards that they belong to, then merge again.',
  );
}

function isSearched(
  plan: Parameters<typeof selectSearchedRows>[0],
  trained: ReadonlyMap<string, GridRow>,
): Map<string, GridRow> {
  const { rows, open } = selectSearchedRows(plan, trained);
  if (open === 0) return rows;
  throw new Failure(
    `The search of ${open} column(s) is not finished in these journals. Finish the shards that they belong to, then merge again.`,
  );
}
