import type * as z from 'zod';
import type { Contract, Note } from '../../schemas/endpoint.ts';
import type { Absent } from '../../schemas/problem.ts';
import { type Budget, MAX_ROWS } from '../budget.ts';
import type { Measurements } from '../measured/nearest.ts';
import type { ParsedQuery } from '../query.ts';
import { type AnswerTable, inOrder, metaFor } from './answer-meta.ts';
import { type PlaneEndpoint, planeTable } from './plane-endpoint.ts';
import { askTheory } from './refusals.ts';
import { techniqueNotes } from './technique-notes.ts';

/** One combination of the values of a query: its lists are single values here. */
export type Point<Query> = {
  [Name in keyof Query]: Query[Name] extends readonly (infer Value)[]
    ? Value
    : Query[Name] extends readonly (infer Value)[] | undefined
      ? Value | undefined
      : Query[Name];
};

/** One row of an answer, by column. */
export type Row = Record<string, unknown>;

/** The work of taking a combination of values out of its lists, in evaluations. */
const COMBINATION_WORK = 30;

/** What an endpoint may ask besides its query. */
export type Surroundings = {
  readonly measurements: Measurements;
  /** what the request may still take */
  readonly budget: Budget;
  /** the columns that the client looks at; all if left out. Others may be left uncomputed */
  readonly fields?: readonly string[] | undefined;
};

/** What a handler answers of a row: every column of the contract but those whose values the query gives, which may be left out. */
type AnsweredRow<C extends Contract> = Answered<Cells<z.output<C['row']>>, Point<z.output<C['query']>>>;

type Answered<Columns, Query> = Omit<Columns, FromQuery<Columns, Query>> &
  Partial<Pick<Columns, FromQuery<Columns, Query>>>;

/** The columns that a query fills. (What it leaves out is null. An empty query has a string index, whose names are no literals.) */
type FromQuery<Columns, Query> = {
  [Name in keyof Columns]-?: string extends keyof Query
    ? never
    : Name extends keyof Query
      ? Query[Name] extends Columns[Name] | (null extends Columns[Name] ? undefined : never)
        ? Name
        : never
      : never;
}[keyof Columns];

type Cells<Columns> = {
  [Name in keyof Columns]: Columns[Name] extends readonly (infer One)[] | null
    ? readonly One[] | Extract<Columns[Name], null>
    : Columns[Name];
};

type Handler<C extends Contract> = (
  point: Point<z.output<C['query']>>,
  surroundings: Surroundings,
) => readonly AnsweredRow<C>[];

/** Refuses a handler whose rows have columns that the contract lacks. */
type Known<H extends Handler<C>, C extends Contract> = [Unknown<ReturnType<H>[number], C>] extends [never]
  ? unknown
  : { 'The contract has no column': Unknown<ReturnType<H>[number], C> };

type Unknown<Row, C extends Contract> = Row extends unknown
  ? Exclude<keyof Row, keyof z.output<C['row']>>
  : never;

/** A contract and how it is answered. */
export type Endpoint<Query = Record<string, unknown>> = {
  readonly contract: Contract;
  /** how many rows one combination has at most; 1 if left out */
  readonly rows?: (point: Point<Query>) => number;
  /** reads what the answers need of the store, once for all combinations */
  readonly read?: (query: Query, surroundings: Surroundings) => Promise<void>;
  /** the rows of one combination; what the row does not say is taken from the query. Synchronous, so that its work is counted */
  readonly answer: (point: Point<Query>, surroundings: Surroundings) => readonly Row[];
  /** parameters that one may look for and that there are not */
  readonly absent?: Absent;
  /** what else to ask for where several combinations take too much work, as a sentence; nothing if left out */
  readonly instead?: (fields: Surroundings['fields']) => string;
  /** what this query's answer in particular rests on */
  readonly notes?: (query: Query) => readonly Note[];
};

/** An endpoint, its types inferred from its contract: `endpoint(kernelContract, { answer: ({ q }) => [{ … }] })`. */
export function endpoint<const C extends Contract, H extends Handler<C>>(
  contract: C,
  answering: Omit<Endpoint<z.output<C['query']>>, 'contract' | 'answer'> & {
    readonly answer: H & Known<H, C>;
  },
): Endpoint {
  return { contract, ...answering } as unknown as Endpoint;
}

/** The table that answers a query: the rows of every combination of its values, the last parameter of the query varying fastest. */
export async function answerTable(
  endpoint: Endpoint | PlaneEndpoint,
  parsed: ParsedQuery<Record<string, unknown>>,
  search: string,
  surroundings: Surroundings,
): Promise<AnswerTable> {
  if (endpoint.contract.plane) return planeTable(endpoint as PlaneEndpoint, parsed, search, surroundings);
  const { contract, rows: rowsOf = () => 1, read, answer, instead, notes } = endpoint as Endpoint;
  const { query, order } = parsed;
  const { budget } = surroundings;
  const names = Object.keys(query);
  const lists = Object.fromEntries(
    names.map((name) => [name, Array.isArray(query[name]) ? query[name] : [query[name]]]),
  );
  const defaulted = names.filter((name) => !order.includes(name));
  const points = () =>
    expand(lists, [...defaulted, ...order.filter((name) => name in lists)]) as Iterable<
      Point<Record<string, unknown>>
    >;
  // The product first: it is known without walking through what may be 10^20 combinations.
  const all = Object.values(lists).reduce((product, list) => product * list.length, 1);
  let expected = all;
  if (all <= MAX_ROWS) {
    // (they are counted before they are looked at: a query that is refused for its rows has looked at all of them)
    budget.take(COMBINATION_WORK * all);
    expected = 0;
    for (const point of points()) expected += rowsOf(point);
  }
  budget.admit(all, expected);
  await read?.(query, surroundings);
  const width = Object.keys(contract.row.shape).length;
  const rows: Row[] = [];
  for (const point of points()) {
    const answered = askTheory(
      point,
      { answered: rows.length, all, instead: instead?.(surroundings.fields) },
      () =>
        budget.run(() => {
          const found = answer(point, surroundings);
          budget.takeRows(found.length, width);
          return found;
        }),
    );
    for (const row of answered) rows.push({ ...point, ...row });
  }
  const columns = Object.keys(contract.row.shape).filter((name) =>
    rows.some((row) => row[name] !== undefined),
  );
  return {
    meta: metaFor(contract, columns, rows.length, search, [
      ...(notes?.(query) ?? []),
      ...techniqueNotes(query),
    ]),
    columns,
    rows: rows.map((row) => inOrder(row, columns)),
  };
}

/** The product of several lists of values, as one object a combination; `order` has all names, and the last one varies fastest. */
export function* expand<Value>(
  lists: Readonly<Record<string, readonly Value[] | undefined>>,
  order: readonly string[],
): Generator<Record<string, Value>> {
  const columns = order.map((name) => lists[name] ?? []);
  const total = columns.reduce((product, column) => product * column.length, 1);
  for (let index = 0; index < total; index++) {
    const one: Record<string, Value> = {};
    // the digits of index, in the mixed base of the lengths
    let [left, base] = [index, total];
    for (let i = 0; i < order.length; i++) {
      const column = columns[i] as readonly Value[];
      base /= column.length;
      const digit = Math.floor(left / base);
      left -= digit * base;
      one[order[i] as string] = column[digit] as Value;
    }
    yield one;
  }
}
