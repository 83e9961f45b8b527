import type * as z from 'zod';
import { WORK_LIMIT } from '../../answers/effort.ts';
import type { Point } from '../../answers/point.ts';
import { TECHNIQUE_ENTRIES, type TechniqueName } from '../../catalogue/techniques.ts';
import type { Table } from '../../figures/table.ts';
import {
  type Column,
  type Contract,
  columnsOf,
  type MetaLevel,
  type Note,
  usualColumns,
} from '../../schemas/endpoint.ts';
import { withoutStrength } from '../../schemas/network.ts';
import type { Absent } from '../../schemas/problem.ts';
import { SOFTWARE_VERSION } from '../../schemas/service.ts';
import { OutOfWork, ParameterError } from '../../theory/index.ts';
import { type Budget, MAX_ROWS } from '../budget.ts';
import type { Measurements } from '../measured/nearest.ts';
import { HttpProblem } from '../problem.ts';
import { type Asked, type ParsedQuery, pickFields } from '../query.ts';
import { type PlaneEndpoint, planeTable } from './plane-endpoint.ts';

/** One row of an answer, by column. */
export type Row = Record<string, unknown>;

/** What helps where a formula takes too much work. */
const SIMPLER = 'A simpler formula takes less.';

/** The work of taking a combination of values out of its lists, in evaluations. */
const COMBINATION_WORK = 30;

/** To round a number and to write it takes so many times as long as to write it. */
const ROUNDED = 3;

/** What an endpoint may ask besides its query. */
export type Surroundings = {
  readonly measurements: Measurements;
  /** what the request may still take */
  readonly budget: Budget;
  /** the columns that the client looks at; all if left out. Others may be left uncomputed */
  readonly fields?: readonly string[] | undefined;
  /** whether the numbers of the rows are rounded, which takes its time */
  readonly rounded?: boolean;
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
  /** columns that come without `field` for this query, besides the usual ones */
  readonly also?: (query: Query) => readonly string[];
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
  { asked, ...around }: Omit<Surroundings, 'fields'> & { readonly asked?: Asked },
): Promise<AnswerTable> {
  const { budget, rounded } = around;
  if (endpoint.contract.plane) return planeTable(endpoint as PlaneEndpoint, parsed, search, budget);
  const { contract, rows: rowsOf = () => 1, read, answer, instead, notes, also } = endpoint as Endpoint;
  const { query, order } = parsed;
  const usual = usualColumns(contract, order, also?.(query));
  const surroundings = { ...around, fields: pickFields(asked, usual) };
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
  const width = Object.keys(contract.row.shape).length * (rounded ? ROUNDED : 1);
  const less = query.formula === undefined ? instead?.(surroundings.fields) : SIMPLER;
  const rows: Row[] = [];
  for (const point of points()) {
    const answered = askTheory(point, { answered: rows.length, all, instead: less }, () =>
      budget.run(() => {
        const found = answer(point, surroundings);
        budget.takeRows(found.length, width);
        return found;
      }),
    );
    for (const row of answered) rows.push({ ...point, ...row });
  }
  // (no row says which of its optional columns it lacks)
  const columns = Object.keys(contract.row.shape).filter(
    (name) => rows.length === 0 || rows.some((row) => row[name] !== undefined),
  );
  return {
    meta: metaFor(contract, columns, rows.length, search, [
      ...(notes?.(query) ?? []),
      ...techniqueNotes(query),
    ]),
    columns,
    ...(usual && { usual }),
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
export type AnswerTable = Table & {
  readonly meta: AnswerMeta;
  /** the columns that come where the query names none, in their order; all if left out */
  readonly usual?: readonly string[];
};

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

/** How many combinations of values there are, how many rows are answered already, and what else to ask for. */
type Progress = { readonly answered: number; readonly all: number; readonly instead?: string | undefined };

/**
 * Asks the theory for an answer, and makes a problem document of what it refuses.
 *
 * @param point the values that are asked about, for pointers at them
 * @param progress how far the query has come
 * @param ask synchronous
 * @throws HttpProblem 400
 * @example askTheory({ sigma_w2: 1 }, { answered: 0, all: 1 }, () => ask(point))
 */
export function askTheory<T>(point: Readonly<Record<string, unknown>>, progress: Progress, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OutOfWork) throw tooMuchWork(progress);
    if (error instanceof ParameterError) throw refusal(error, point);
    throw error;
  }
}

/**
 * An error of the theory as an answer.
 *
 * @param error what it refused
 * @param asked the query; a parameter that is not in it (it was computed from others) leaves the pointer at the whole query
 * @example refusal(new ParameterError('keep', 'out_of_range', 'Too much.'), { keep: 2 }).status // 400
 */
export function refusal(
  { parameter, code, message, limit }: ParameterError,
  asked: Readonly<Record<string, unknown>>,
): HttpProblem {
  const name = [parameter, `noise_${parameter}`].find((known) => Object.hasOwn(asked, known));
  return new HttpProblem(400, name === undefined ? message : `${name}: ${message}`, [
    { pointer: name === undefined ? '#' : `#/${name}`, detail: message, code, ...(limit && { limit }) },
  ]);
}

/**
 * The refusal of a query that takes too much work: it says what to ask for instead.
 *
 * @param progress see {@link askTheory}
 * @example tooMuchWork({ answered: 8, all: 9 }).limit // { rows: 6 }
 */
export function tooMuchWork({ answered, all, instead = '' }: Progress): HttpProblem {
  // (a range with fewer values has other values, which may take more)
  const fewer = Math.floor(answered * 0.75);
  const limit = `more than ${WORK_LIMIT}`;
  const less =
    all === 1
      ? `This and the queries before it take ${limit}. Ask for it in a call of its own.`
      : `The ${all} combinations of values take ${limit}. ${fewer > 0 ? `Ask for at most ${fewer} such rows in one call.` : 'Ask for fewer of them in one call.'}`;
  return new HttpProblem(400, `${less} ${instead}`.trim(), [], { limit: { rows: Math.max(fewer, 1) } });
}

/**
 * What answers with the techniques of a query rest on.
 *
 * @param query as it was parsed
 * @example techniqueNotes({ technique: ['bernoulli'] }) // []
 */
export function techniqueNotes(query: Readonly<Record<string, unknown>>): string[] {
  const names = [query.technique]
    .flat()
    .filter((name): name is TechniqueName => String(name) in TECHNIQUE_ENTRIES);
  return [
    ...[...new Set(names)].map((name) => TECHNIQUE_ENTRIES[name].note).filter((note) => note !== undefined),
    ...withoutDropout(query, ['ic']),
  ];
}

/**
 * That an answer is about layers without dropout, where the query gives no keep.
 *
 * @param query as it was parsed
 * @param among the techniques to say it of
 * @example withoutDropout({ technique: ['bernoulli'] }, ['bernoulli']) // ['bernoulli: no keep or drop was given, so that …']
 */
export function withoutDropout(
  query: Readonly<Record<string, unknown>>,
  among: readonly TechniqueName[],
): string[] {
  return withoutStrength(query)
    .filter((name) => among.includes(name))
    .map((name) => `${name}: no keep or drop was given, so that this is ${TECHNIQUE_ENTRIES[name].without}.`);
}
