import { type Column, type Contract, columnsOf } from '../../schemas/endpoint.ts';
import { SOFTWARE_VERSION } from '../../schemas/versions.ts';

/**
 * A row with its columns in order, null for those that it lacks.
 *
 * @param row by column
 * @param columns their names
 * @example inOrder({ b: 1 }, ['a', 'b']) // { a: null, b: 1 }
 */
export const inOrder = (
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
): Record<string, unknown> => Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

/** What columns hold, by contract and the names of the columns: one object for all answers that have the same. */
const described = new WeakMap<Contract, Map<string, Record<string, Column | undefined>>>();

function columnsAmong(contract: Contract, columns: readonly string[]): Record<string, Column | undefined> {
  const known = described.get(contract) ?? new Map<string, Record<string, Column | undefined>>();
  described.set(contract, known);
  const key = columns.join();
  const before = known.get(key);
  if (before) return before;
  const all = columnsOf(contract);
  const among = Object.fromEntries(columns.map((name) => [name, all[name]]));
  // (optional columns come in a few combinations; a hostile client finds more)
  if (known.size < 100) known.set(key, among);
  return among;
}

/**
 * What an answer says beside its rows.
 *
 * @param contract of the endpoint
 * @param columns of the answer
 * @param count of its rows
 * @param search the query as it was given
 * @param notes besides those of the contract
 * @example metaFor(kernelContract, ['q'], 1, '?activation=relu', [])
 */
export function metaFor(
  contract: Contract,
  columns: readonly string[],
  count: number,
  search: string,
  notes: readonly string[],
): Record<string, unknown> {
  return {
    query: search,
    count,
    columns: columnsAmong(contract, columns),
    notes: [...contract.notes, ...notes],
    version: SOFTWARE_VERSION,
  };
}
