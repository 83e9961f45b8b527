import { FAR_SHIFTED, IC_ROW, PLANE_POINT, PLANE_TABLES, priceOf, SHIFTED } from './prices.ts';
import { HttpProblem } from './problem.ts';

/** The most rows of one answer. */
const MAX_ROWS = 10_000;

/** The most work of one answer, in microseconds of one core. */
export const MAX_WORK = 250_000;

/**
 * What the fixed points of a network cost, in microseconds.
 *
 * @param network its activation and technique
 * @example networkCost({ activation: 'tanh', technique: 'bernoulli' }) // 100
 */
export function networkCost(network: {
  activation: string;
  technique?: string;
  input_shift?: number | undefined;
  sigma_w2?: number | undefined;
  sigma_b2?: number | undefined;
  keep?: number | undefined;
  drop?: number | undefined;
}): number {
  const { activation, technique, input_shift = 0, sigma_w2 = 1, sigma_b2 = 0, drop = 0 } = network;
  const { keep = 1 - drop } = network;
  if (technique === 'ic') return IC_ROW;
  if (Math.abs(input_shift) > FAR_SHIFTED.beyond) return FAR_SHIFTED.row;
  const price = priceOf(activation);
  if (input_shift !== 0) return Math.max(price.row, SHIFTED.row);
  return sigma_w2 > 10 * keep || sigma_b2 > 10 ? price.wide : price.row;
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
export function planeWork(
  network: Parameters<typeof networkCost>[0] & { output_shift?: number | undefined },
  cells: number,
): number {
  const { technique, input_shift = 0, output_shift = 0, activation } = network;
  // small planes are answered point by point, and so are shifted activations, which are no longer odd
  const single = technique === 'ic' || cells < 200 || input_shift !== 0 || output_shift !== 0;
  const table = single ? undefined : PLANE_TABLES[activation];
  return table === undefined ? cells * networkCost(network) : table + PLANE_POINT * cells;
}

/** Rows, and microseconds of one core: what something costs, or what a request may still take. */
export type Cost = { rows: number; work: number };

/**
 * What one request may take; what it takes is taken off it.
 *
 * @example newBudget().rows // 10000
 */
export const newBudget = (): Cost => ({ rows: MAX_ROWS, work: MAX_WORK });

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
  budget: Cost,
): void {
  // The product first: it is known without walking through what may be 10^20 combinations.
  const count = Object.values(lists).reduce((product, list) => product * list.length, 1);
  if (count > budget.rows) throw tooManyRows(count);
  let [rows, work] = [0, 0];
  for (const point of points()) {
    const one = cost(point);
    rows += one.rows;
    work += one.work;
  }
  takeWork({ rows, work }, budget);
}

/**
 * Takes the cost of an answer off what a request may still take.
 *
 * @param cost of the whole answer
 * @param budget what the request may still take
 * @throws HttpProblem 400 that states the cap, where that is less
 */
export function takeWork({ rows, work }: Cost, budget: Cost): void {
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
