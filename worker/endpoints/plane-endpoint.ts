import type * as z from 'zod';
import type { Plane } from '../../figures/table.ts';
import type { Contract, Note } from '../../schemas/endpoint.ts';
import type { Absent } from '../../schemas/problem.ts';
import { POINTS_WITHOUT_TABLES } from '../../theory/index.ts';
import type { ParsedQuery } from '../query.ts';
import {
  type AnswerTable,
  askTheory,
  inOrder,
  metaFor,
  type Row,
  type Surroundings,
  techniqueNotes,
} from './endpoint.ts';

/** What an endpoint of a plane answers: the plane, and the columns that do not vary over it. */
type PlaneAnswer<Columns = Row> = {
  readonly plane: Omit<Plane, 'meta'> & { readonly measure: keyof Columns };
  readonly fixed: Partial<Columns>;
};

/** A contract whose answer is one plane, and how it is answered. */
export type PlaneEndpoint<Query = Record<string, unknown>, Columns = Row> = {
  readonly contract: Contract;
  /** parameters that one may look for and that there are not */
  readonly absent?: Absent;
  /** what this query's answer in particular rests on */
  readonly notes?: (query: Query) => readonly Note[];
  /** how many points the plane has */
  readonly points: (query: Query) => number;
  /** the plane, from a query with its lists and the order of its names; says how many points it has answered so far */
  readonly answer: (
    query: Query,
    order: readonly string[],
    answered: (points: number) => void,
  ) => PlaneAnswer<Columns>;
};

/** An endpoint whose answer is one plane, its types inferred from its contract. */
export function planeEndpoint<const C extends Contract>(
  contract: C,
  answering: Omit<PlaneEndpoint<z.output<C['query']>, z.output<C['row']>>, 'contract'>,
): PlaneEndpoint {
  return { contract, ...answering } as unknown as PlaneEndpoint;
}

/** The table of a plane. Its rows are made when they are first read, which the matrix formats do not do. */
export function planeTable(
  { contract, points, answer, notes }: PlaneEndpoint,
  { query, order }: ParsedQuery<Record<string, unknown>>,
  search: string,
  budget: Surroundings['budget'],
): AnswerTable {
  const size = points(query);
  budget.admit(size, size);
  // (what takes too much before any point is answered are tables, which smaller planes do without)
  const progress = { answered: Math.min(POINTS_WITHOUT_TABLES, size - 1), all: size };
  const { plane, fixed } = askTheory(query, progress, () =>
    budget.run(() => {
      budget.takeRows(size, 1);
      return answer(query, order, (points) => {
        progress.answered = points;
      });
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
  const meta = metaFor(contract, columns, values.length, search, [
    ...(notes?.(query) ?? []),
    ...techniqueNotes(query),
  ]);
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
