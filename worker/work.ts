import { DECADES, priceOf } from './prices.ts';
import { HttpProblem } from './problem.ts';

/** The most rows of one answer. */
const MAX_ROWS = 10_000;

/** The most work of one answer, in microseconds of one core. */
export const MAX_WORK = 250_000;

/** The reserve of a request, in microseconds. */
const RESERVE = 50_000;

/** No deeper than this a search for the depth limit of a network looks. */
export const DEEPEST = 2000;

/** Rows, and microseconds of one core. */
export type Cost = { rows: number; work: number };

/** What a request may still take. */
export type Budget = Cost & {
  /** of how many decades of q the tables of an activation are paid, by activation */
  readonly tables: Map<string, number>;
  /** tables of the averages of one input that are paid: an activation and a decade of q */
  readonly moments: Set<string>;
  /** how many combinations of values it was taken for so far */
  combinations: number;
  /** whether the one combination that is asked for costs more than all this, and is charged as it is answered */
  unpaid: boolean;
  /** what is left for the cheap part of that combination, in microseconds, where the dear part has used up the work */
  reserve: number;
};

/**
 * What the making of tables costs a request, which may be the first of its process that meets them; each is charged once.
 *
 * @param activation whose tables
 * @param decades how many of them are met
 * @param each microseconds for one
 * @param budget of the request, which remembers them
 * @returns microseconds, not yet taken off
 * @example chargeTables('tanh', 1, 15_000, newBudget()) // 15000
 */
export function chargeTables(activation: string, decades: number, each: number, budget: Budget): number {
  const paid = budget.tables.get(activation) ?? 0;
  const all = Math.min(paid + decades, DECADES);
  budget.tables.set(activation, all);
  return (all - paid) * each;
}

/**
 * What one request may take; what it takes is taken off it.
 *
 * @example newBudget().rows // 10000
 */
export const newBudget = (): Budget => ({
  rows: MAX_ROWS,
  work: MAX_WORK,
  tables: new Map(),
  moments: new Set(),
  combinations: 0,
  unpaid: false,
  reserve: RESERVE,
});

/**
 * Refuses a table that would take too long, before anything of it is computed. A single combination is never refused: one that costs
 * more than a whole request may is charged as it is answered, and what cannot be had is null.
 *
 * @param lists the values of each parameter
 * @param points all combinations of them
 * @param cost rows and microseconds of one combination
 * @param budget what the request may still take
 * @throws HttpProblem 400 that states the cap
 */
export function limitWork<Point>(
  lists: Readonly<Record<string, readonly unknown[]>>,
  points: () => Iterable<Point>,
  cost: (point: Point) => Cost,
  budget: Budget,
): void {
  // The product first: it is known without walking through what may be 10^20 combinations.
  const count = Object.values(lists).reduce((product, list) => product * list.length, 1);
  if (count > budget.rows) throw tooManyRows(count);
  const fixed = tablesOf(lists, count, budget);
  let [rows, work] = [0, fixed];
  for (const point of points()) {
    const one = cost(point);
    rows += one.rows;
    work += Math.min(one.work, MAX_WORK - fixed);
  }
  budget.unpaid = budget.combinations === 0 && count === 1 && work >= MAX_WORK;
  takeWork({ rows, work: budget.unpaid ? 0 : work }, budget, fixed);
  budget.combinations += count;
}

/**
 * Whether a request has been asked for no more than one combination of values so far.
 *
 * @param budget of the request
 * @example isOnly(newBudget()) // true
 */
export const isOnly = ({ combinations }: Budget): boolean => combinations <= 1;

/** The tables that a query may be the first to meet: each point one decade at most. */
function tablesOf(
  lists: Readonly<Record<string, readonly unknown[]>>,
  count: number,
  budget: Budget,
): number {
  const { activation = [], alpha = [undefined] } = lists;
  let work = 0;
  for (const name of new Set(activation as string[]))
    for (const value of new Set(alpha)) {
      const { tables } = priceOf(name);
      const points = count / activation.length / alpha.length;
      // (each alpha has tables of its own)
      if (tables)
        work += chargeTables(value === undefined ? name : `${name} ${value}`, points, tables.decade, budget);
    }
  return work;
}

/**
 * Takes the cost of an answer off what a request may still take.
 *
 * @param cost of the whole answer
 * @param budget what the request may still take
 * @param fixed the part of the work that fewer rows would not save
 * @throws HttpProblem 400 that states the cap, where that is less
 */
export function takeWork({ rows, work }: Cost, budget: Budget, fixed = 0): void {
  if (rows > budget.rows) throw tooManyRows(rows);
  if (work > budget.work) {
    const fewer = Math.max(Math.floor((rows * (MAX_WORK - fixed)) / (work - fixed)), 1);
    const taken = MAX_WORK - budget.work;
    throw new HttpProblem(
      400,
      `The query asks for ${rows} rows, about ${Math.ceil(work / 1000)} ms of work; one request may take ${MAX_WORK / 1000} ms. ` +
        (taken > 0 ? `The queries before it have taken ${Math.ceil(taken / 1000)} ms. ` : '') +
        `Ask for at most ${fewer} such rows in one call.`,
      [],
      { limit: { rows: fewer } },
    );
  }
  budget.rows -= rows;
  budget.work -= work;
}

function tooManyRows(rows: number): HttpProblem {
  return new HttpProblem(
    400,
    `The query asks for ${rows} rows; one request has at most ${MAX_ROWS}. Ask for fewer values, or in several calls.`,
    [],
    { limit: { rows: MAX_ROWS } },
  );
}
