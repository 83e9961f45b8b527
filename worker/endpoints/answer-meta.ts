import type { Table } from '../../figures/table.ts';
import { type Column, type Contract, columnsOf, type MetaLevel, type Note } from '../../schemas/endpoint.ts';
import { SOFTWARE_VERSION } from '../../schemas/service.ts';

/** What columns a table has, by which name `/v1/columns` describes them, and on what all its answers rest. */
export type Described = Pick<Contract, 'name' | 'row' | 'query' | 'notes'>;

/** What there is to say beside the rows of an answer; {@link metaText} says of it what is asked for. */
export type AnswerMeta = {
  readonly endpoint: string;
  readonly query: string;
  readonly count: number;
  readonly columns: Readonly<Record<string, Column>>;
  readonly notes: readonly Note[];
};

/** Where all columns are described. */
export const COLUMNS_URL = '/v1/columns';

/** A table that answers a query. */
export type AnswerTable = Table & { readonly meta: AnswerMeta };

/** A row with its columns in order, null for those that it lacks. */
export const inOrder = (
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
): Record<string, unknown> => Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

/** What columns hold, by row schema and the names of the columns: one object for all answers that have the same. */
const described = new WeakMap<object, Map<string, Readonly<Record<string, Column>>>>();

function describeColumns(contract: Described, columns: readonly string[]): Readonly<Record<string, Column>> {
  const known = described.get(contract.row) ?? new Map<string, Readonly<Record<string, Column>>>();
  described.set(contract.row, known);
  const key = columns.join();
  const before = known.get(key);
  if (before) return before;
  const all = columnsOf(contract);
  const among = Object.fromEntries(columns.map((name) => [name, all[name] as Column]));
  // (optional columns come in a few combinations; a hostile client finds more)
  if (known.size < 100) known.set(key, among);
  return among;
}

/** What there is to say beside the rows of an answer: `notes` are those of this query, besides those of the contract. */
export function metaFor(
  contract: Described,
  columns: readonly string[],
  count: number,
  search: string,
  notes: readonly Note[] = [],
): AnswerMeta {
  return {
    endpoint: contract.name,
    query: search,
    count,
    columns: describeColumns(contract, columns),
    notes: [...contract.notes, ...notes],
  };
}

/** The same about some of the columns. */
export const metaAmong = (meta: AnswerMeta, columns: readonly string[]): AnswerMeta => ({
  ...meta,
  columns: Object.fromEntries(columns.map((name) => [name, meta.columns[name] as Column])),
});

/** The notes that an answer has at a level: with full all of them, else those that concern its columns. */
export const notesAt = (level: MetaLevel, { notes, columns }: AnswerMeta): string[] =>
  notes
    .filter(
      (note) => level === 'full' || typeof note === 'string' || note.columns.some((name) => name in columns),
    )
    .map((note) => (typeof note === 'string' ? note : note.text));

/** The JSON of what an answer says of its columns: the same in most answers of an endpoint, and longer than many of them. */
const columnsJson = { brief: new WeakMap<object, string>(), full: new WeakMap<object, string>() };

/** The member `meta` of an answer in JSON; empty for none. */
export function metaJson(meta: AnswerMeta, level: MetaLevel): string {
  if (level === 'none') return '';
  const { endpoint, query, count, columns } = meta;
  const about = columnsJson[level].get(columns) ?? describe(columns, level);
  columnsJson[level].set(columns, about);
  const rest = JSON.stringify({
    notes: notesAt(level, meta),
    version: SOFTWARE_VERSION,
    columns_url: `${COLUMNS_URL}?endpoint=${endpoint}`,
  });
  return `"meta":{"query":${JSON.stringify(query)},"count":${count},${about},${rest.slice(1)}`;
}

function describe(columns: AnswerMeta['columns'], level: 'brief' | 'full'): string {
  if (level === 'full') return `"columns":${JSON.stringify(columns)}`;
  const units = Object.entries(columns).filter(([, { unit = '1' }]) => unit !== '1');
  return `"units":${JSON.stringify(Object.fromEntries(units.map(([name, { unit }]) => [name, unit])))}`;
}
