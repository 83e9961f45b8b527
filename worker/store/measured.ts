import type { MeasuredGrid } from '../../answers/measured/grid.ts';
import { entryOf, type GridEntry } from '../../figures/measured/entry.ts';
import type { Bindings } from '../environment.ts';
import { type KeptFrontier, ShippedGrids } from './shipped.ts';
import { GridStore } from './store.ts';

/** A row of {@link OF_ACTIVATION}. */
type Row = {
  readonly id: string;
  readonly version: string;
  readonly activation: string;
  readonly technique: string;
  readonly data: string;
  readonly settings: string | null;
  readonly columns: string | null;
};

/** By the index of migration 0003, and the primary key: a stored grid wins over a shipped one, whatever its activation. */
export const OF_ACTIVATION = `SELECT id, version,
  json_extract(summary, '$.activation') AS activation,
  json_extract(summary, '$.technique') AS technique,
  json_extract(summary, '$.data') AS data,
  json_extract(summary, '$.settings') AS settings,
  json_extract(summary, '$.columns') AS columns
FROM grids
WHERE json_extract(summary, '$.activation') = ?1 OR id IN (SELECT value FROM json_each(?2))`;

/** How many entries of earlier software are fitted in one request. */
const MAX_FITTED = 3;

/**
 * The grids of one activation with their fitted columns, by id: one query of the database and one asset.
 *
 * @param env the Worker's bindings
 * @param activation one of TRAINED_ACTIVATIONS
 * @throws where the database or the assets fail, and where entries of earlier software are left that have no columns yet
 * @example (await measuredGrids(env, 'tanh')).flatMap(({ columns = [] }) => columns)
 */
export async function measuredGrids(env: Bindings, activation: string): Promise<MeasuredGrid[]> {
  const shipped = await new ShippedGrids(env.ASSETS).measured(activation);
  const { results } = await env.DB.prepare(OF_ACTIVATION)
    .bind(activation, JSON.stringify(shipped.map(({ id }) => id)))
    .all<Row>();
  const stored = new Set(results.map(({ id }) => id));
  const own = results.filter((row) => row.activation === activation);
  const unfitted = own.filter(({ columns }) => columns === null);
  const fitted = await Promise.all(unfitted.slice(0, MAX_FITTED).map((row) => fitColumns(env, row)));
  if (unfitted.length > MAX_FITTED)
    throw new Error(`${unfitted.length - MAX_FITTED} grids of ${activation} have no columns yet`);
  return [
    ...shipped.filter(({ id }) => !stored.has(id)),
    ...own.filter(({ columns }) => columns !== null).map(gridOf),
    ...fitted.filter((entry) => entry !== undefined),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const gridOf = ({ settings, columns, ...row }: Row): MeasuredGrid => ({
  ...row,
  ...(settings !== null && { settings: JSON.parse(settings) }),
  columns: JSON.parse(columns ?? '[]'),
});

/** Fits the columns of a grid that was published before entries had them, and keeps them. */
async function fitColumns(env: Bindings, { id, version }: Row): Promise<GridEntry | undefined> {
  const bytes = await new GridStore(env).version(id, version);
  if (!bytes) return undefined;
  const entry = entryOf(JSON.parse(new TextDecoder().decode(bytes)), version);
  await env.DB.prepare('UPDATE grids SET summary = ?3 WHERE id = ?1 AND version = ?2')
    .bind(id, version, JSON.stringify(entry))
    .run();
  return entry;
}

/**
 * The frontier of one version of a grid by the usual criterion, as it was fitted when the grid was published or the assets were built.
 *
 * @param env the Worker's bindings
 * @param id a valid grid id
 * @param version a valid SHA-256, in hexadecimal
 * @returns undefined where it has to be fitted: old versions, and grids of more columns than are kept
 * @example (await keptFrontier(env, 'mnist-tanh-keep-095', version))?.columns
 */
export async function keptFrontier(
  env: Bindings,
  id: string,
  version: string,
): Promise<KeptFrontier | undefined> {
  const shipped = await new ShippedGrids(env.ASSETS).frontier(id, version);
  if (shipped) return shipped;
  const row = await env.DB.prepare(
    "SELECT json_extract(summary, '$.columns') AS columns FROM grids WHERE id = ?1 AND version = ?2",
  )
    .bind(id, version)
    .first<{ columns: string | null }>()
    // (without the database it is fitted again)
    .catch((error: unknown) => void console.error('no kept frontier', error));
  const columns: KeptFrontier['columns'] = JSON.parse(row?.columns ?? '[]');
  return columns.length > 0 ? { columns } : undefined;
}
