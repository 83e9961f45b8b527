import { ACTIVATIONS, type ActivationName, plainSquare } from '../theory/index.ts';
import {
  APART,
  CLOSED_FORM,
  DECADES,
  FAR_SHIFTED,
  icPrice,
  type Noisy,
  PLANE_POINT,
  PLANE_TABLES,
  priceOf,
  SHIFTED,
  SHIFTS_CLOSED,
} from './prices.ts';
import { HttpProblem } from './problem.ts';

/** The most rows of one answer. */
const MAX_ROWS = 10_000;

/** The most work of one answer, in microseconds of one core. */
export const MAX_WORK = 250_000;

/** What the price of a network depends on. */
type Priced = {
  readonly activation: string;
  readonly technique?: string;
  readonly mask?: unknown;
  readonly input_shift?: number | undefined;
  readonly input_scale?: number | undefined;
  readonly output_scale?: number | undefined;
  readonly output_shift?: number | undefined;
  readonly sigma_w2?: number | undefined;
  readonly sigma_b2?: number | undefined;
  readonly q0?: number | undefined;
  readonly keep?: number | undefined;
  readonly drop?: number | undefined;
};

/**
 * What the fixed points of a network cost, in microseconds.
 *
 * @param network its activation, technique and weights
 * @example networkCost({ activation: 'tanh', technique: 'bernoulli', sigma_b2: 0.05 }) // 50
 */
export function networkCost(network: Priced): number {
  const { activation, technique, mask, input_shift = 0, sigma_w2 = 1, sigma_b2 = 0, drop = 0 } = network;
  const { keep = 1 - drop } = network;
  const price = priceOf(activation);
  const wide = sigma_w2 > 10 * keep || sigma_b2 > 10;
  const apart = 1 - keep >= APART && (mask === undefined || mask === 'independent');
  const noisy = (one: Noisy) => (apart ? one.apart : one.near);
  const shift = Math.abs(input_shift);
  const closed = SHIFTS_CLOSED.includes(activation);
  if (technique === 'ic') {
    const common = sigma_b2 === 0 ? 0 : sigma_b2 / (sigma_w2 / keep + sigma_b2);
    return (
      icPrice(Math.min(common, 0.9999), closed) +
      (shift > FAR_SHIFTED.beyond && !closed ? FAR_SHIFTED.row : 0)
    );
  }
  if (shift > 0 && !closed) {
    if (shift > FAR_SHIFTED.refused) return 2 * MAX_WORK;
    if (shift > FAR_SHIFTED.beyond) return FAR_SHIFTED.row;
    return wide ? SHIFTED.wide : noisy(SHIFTED.numeric);
  }
  if (shift > 0 && price === CLOSED_FORM) return SHIFTED.closed;
  if (wide) return price.wide;
  if (shift > 0) return Math.max(SHIFTED.closed, noisy(price.beyond));
  if (!staysInTables(network, keep)) return noisy(price.beyond);
  return apart || price.tables?.least === 0 ? price.row : price.beyond.near;
}

/** Techniques whose noise has the second moment 1/keep, or less, and does not shift. */
const USUAL: readonly string[] = ['none', 'bernoulli', 'dropconnect', 'gaussian', 'uniform'];

/** E[φ²] at the end of the tables, by activation. */
const squares = new Map<string, number>();

/** Whether q stays where averages of two inputs are tabulated, from any start there: E[φ²] rises with q. */
function staysInTables(network: Priced, keep: number): boolean {
  const { activation, technique = 'bernoulli', sigma_w2 = 1, sigma_b2 = 0, q0 = 1 } = network;
  const { reach } = priceOf(activation).tables ?? {};
  if (reach === undefined) return true;
  const given = Object.entries(network).some(
    ([name, value]) => value !== undefined && /^(noise|input|output)_|^alpha$/.test(name),
  );
  if (given || !USUAL.includes(technique) || sigma_b2 < 0.01 || q0 > reach) return false;
  const known = squares.get(activation) ?? plainSquare(ACTIVATIONS[activation as ActivationName], reach);
  squares.set(activation, known);
  return (sigma_w2 / keep) * known + sigma_b2 < reach;
}

/** No deeper than this a search for the depth limit of a network looks. */
export const DEEPEST = 2000;

/**
 * What a plane costs, in microseconds.
 *
 * @param network its activation and technique
 * @param cells number of points
 * @example planeWork({ activation: 'tanh', technique: 'bernoulli' }, 10_000) // 30000
 */
export function planeWork(network: Priced, cells: number): number {
  const { technique, input_shift = 0, output_shift = 0, activation } = network;
  // small planes are answered point by point, and so are shifted activations, which are no longer odd
  const single = technique === 'ic' || cells < 200 || input_shift !== 0 || output_shift !== 0;
  const table = single ? undefined : PLANE_TABLES[activation];
  return table === undefined ? cells * networkCost(network) : table + PLANE_POINT * cells;
}

/** Rows, and microseconds of one core. */
export type Cost = { rows: number; work: number };

/** What a request may still take. */
export type Budget = Cost & {
  /** of how many decades of q the tables of an activation are paid, by activation */
  readonly tables: Map<string, number>;
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
export const newBudget = (): Budget => ({ rows: MAX_ROWS, work: MAX_WORK, tables: new Map() });

/**
 * Refuses a table that would take too long, before anything of it is computed.
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
  let [rows, work] = [0, tablesOf(lists, count, budget)];
  for (const point of points()) {
    const one = cost(point);
    rows += one.rows;
    work += one.work;
  }
  takeWork({ rows, work }, budget);
}

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
 * @throws HttpProblem 400 that states the cap, where that is less
 */
export function takeWork({ rows, work }: Cost, budget: Budget): void {
  if (rows > budget.rows) throw tooManyRows(rows);
  if (work > budget.work)
    throw new HttpProblem(
      400,
      `The query asks for ${rows} rows, about ${Math.ceil(work / 1000)} ms of work; one request may take ${MAX_WORK / 1000} ms. ` +
        (rows * MAX_WORK >= work
          ? `Ask for at most ${Math.floor((rows * MAX_WORK) / work)} such rows in one call.`
          : 'Even one such row takes too long: ask for weights, shifts and depths of a usual size.'),
    );
  budget.rows -= rows;
  budget.work -= work;
}

function tooManyRows(rows: number): HttpProblem {
  return new HttpProblem(
    400,
    `The query asks for ${rows} rows; one request has at most ${MAX_ROWS}. Ask for fewer values, or in several calls.`,
  );
}
