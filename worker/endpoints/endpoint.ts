import type * as z from 'zod';
import type { Plane, Table } from '../../figures/table.ts';
import { type Column, type Contract, columnsOf } from '../../schemas/endpoint.ts';
import { expand } from '../../schemas/expand.ts';
import type { Absent } from '../../schemas/problem.ts';
import { SOFTWARE_VERSION } from '../../schemas/versions.ts';
import { type Budget, MAX_ROWS } from '../budget.ts';
import type { Measurements } from '../measured/nearest.ts';
import type { ParsedQuery } from '../query.ts';
import { refusals } from './refusals.ts';
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

/** To take a combination of values out of its lists takes as long as so many evaluations. */
const COMBINATION = 40;

/** What an endpoint may ask besides its query. */
export type Surroundings = {
  readonly measurements: Measurements;
  /** what the request may still take */
  readonly budget: Budget;
  /** the columns that the client looks at; all if left out. Others may be left uncomputed */
  readonly fields?: readonly string[] | undefined;
};

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
  readonly notes?: (query: Query) => readonly string[];
};

/**
 * An endpoint, its types inferred from its contract.
 *
 * @example endpoint(kernelContract, { answer: ({ q }) => [{ q }] })
 */
export function endpoint<const C extends Contract>(
  contract: C,
  answering: Omit<Endpoint<z.output<C['query']>>, 'contract'>,
): Endpoint {
  return { contract, ...answering } as unknown as Endpoint;
}

/** What an endpoint of a plane answers: the plane, and the parameters that do not vary over it. */
export type PlaneAnswer = { readonly plane: Omit<Plane, 'meta'>; readonly fixed: Row };

/** A contract whose answer is one plane, and how it is answered. */
export type PlaneEndpoint<Query = Record<string, unknown>> = {
  readonly contract: Contract;
  /** as of {@link Endpoint} */
  readonly absent?: Absent;
  /** how many points the plane has */
  readonly points: (query: Query) => number;
  /** the plane, from a query with its lists and the order of its names */
  readonly answer: (query: Query, order: readonly string[]) => PlaneAnswer;
};

/**
 * An endpoint whose answer is one plane, its types inferred from its contract.
 *
 * @example planeEndpoint(phaseDiagramContract, { points: () => 4, answer })
 */
export function planeEndpoint<const C extends Contract>(
  contract: C,
  answering: Omit<PlaneEndpoint<z.output<C['query']>>, 'contract'>,
): PlaneEndpoint {
  return { contract, ...answering } as unknown as PlaneEndpoint;
}

/** The table of a plane; its rows are made where someone looks at them, which the matrix formats do not. */
function planeTable(
  { contract, points, answer }: PlaneEndpoint,
  { query, order }: ParsedQuery<Record<string, unknown>>,
  search: string,
  { budget }: Surroundings,
): Table {
  const count = points(query);
  budget.admit(count, count);
  const { plane, fixed } = refusals(query, { answered: 0, all: count }, () =>
    budget.run(() => {
      budget.takeRows(count, 1);
      return answer(query, order);
    }),
  );
  const { x, y, measure, values } = plane;
  const row = (index: number): Row => {
    const value = values[index] as number;
    return {
      ...fixed,
      [x.name]: x.values[index % x.values.length],
      [y.name]: y.values[Math.floor(index / x.values.length)],
      [measure]: Number.isFinite(value) ? value : null,
    };
  };
  const columns = Object.keys(contract.row.shape).filter((name) => name in row(0));
  const meta = metaFor(contract, columns, values.length, search, techniqueNotes(query));
  let rows: Row[] | undefined;
  return {
    meta,
    columns,
    get rows() {
      rows ??= Array.from(values, (_, index) => row(index)).map((cells) => inOrder(cells, columns));
      return rows;
    },
    plane: { ...plane, meta },
  };
}

const inOrder = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));

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

function metaFor(
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

/**
 * The table that answers a query: the rows of every combination of its values, the last parameter of the query varying
 * fastest.
 *
 * @param endpoint who answers
 * @param parsed the query, and the order of its names
 * @param search the query as it was given, for `meta`
 * @param surroundings what an answer may need besides
 * @throws HttpProblem 400 where the query asks for too much, or the theory refuses a value
 */
export async function answerTable(
  endpoint: Endpoint | PlaneEndpoint,
  parsed: ParsedQuery<Record<string, unknown>>,
  search: string,
  surroundings: Surroundings,
): Promise<Table> {
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
    budget.take(COMBINATION * all);
    expected = 0;
    for (const point of points()) expected += rowsOf(point);
  }
  budget.admit(all, expected);
  await read?.(query, surroundings);
  const width = Object.keys(contract.row.shape).length;
  const rows: Row[] = [];
  for (const point of points()) {
    const answered = refusals(
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
