import fc from 'fast-check';
import { MAX_WORK } from '../../answers/effort.ts';
import type { Format } from '../../schemas/endpoint.ts';
import { CONTRACTS } from '../../schemas/endpoints/index.ts';
import { ACTIVATIONS, Meter, wrap } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import type { Measurements } from '../measured/nearest.ts';
import { HttpProblem } from '../problem.ts';
import { tableResponse } from '../routes/tables.ts';
import { queriesOf } from './queries.ts';

declare const process: { threadCpuUsage(): { readonly user: number; readonly system: number } };

/** Processor time of this thread so far, in milliseconds: what other processes do at the same time does not count. */
export function processorTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** A query, and the work that it took. */
export type Measured = {
  readonly path: string;
  /** whether it was answered, or refused */
  readonly status: number;
  /** evaluations that were counted */
  readonly counted: number;
  /** milliseconds of one core */
  readonly time: number;
};

/** No grids: a look-up has a test of its own. */
const measurements = {
  read: async () => {},
  nearest: () => undefined,
} as unknown as Measurements;

/**
 * Asks for an answer as the API would, and says what it took.
 *
 * @param path with a query
 * @returns see {@link Measured}
 * @throws anything but a problem document: a fault
 */
export async function measure(path: string): Promise<Measured> {
  const url = new URL(path, 'http://localhost');
  const endpoint = ENDPOINTS.find(({ contract }) => url.pathname === `/v1/${contract.name}`);
  if (!endpoint) throw new Error(`There is no endpoint at ${url.pathname}.`);
  const budget = new Budget();
  const wanted = url.searchParams.get('format') as Format | null;
  const format = wanted && endpoint.contract.formats.includes(wanted) ? wanted : 'json';
  const before = processorTime();
  let status = 200;
  try {
    await tableResponse(endpoint, url, format, { measurements, budget });
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    status = error.status;
  }
  return { path, status, counted: budget.spent, time: processorTime() - before };
}

/** The most time of a request, in units of the time that all the work of a request takes. */
export const MOST_TIME = 1.5;

/** How often a query that seems slow is asked again: what is compiled while it runs, or moved about in memory, is no work of its own. */
const AGAIN = 3;

/**
 * The time of a query as a part of the time that all the work that a request may take takes here and now.
 *
 * @param one query, as it was measured
 * @returns at most {@link MOST_TIME} where the count is true
 */
export async function shareOf(one: Measured): Promise<number> {
  let { time } = one;
  // (an evaluation has never taken so little that this would be too much)
  if (time < CERTAIN) return 0;
  let whole = calibration() * MAX_WORK;
  for (let again = 0; again < AGAIN && time > MOST_TIME * whole; again++) {
    time = Math.min(time, (await measure(one.path)).time);
    whole = Math.max(whole, calibration() * MAX_WORK);
  }
  return time / whole;
}

/** Milliseconds that no machine is too fast for. */
const CERTAIN = 75;

/** Averages that no process keeps, of the kinds that most work consists of. */
const LOADS = (['silu', 'gelu', 'tanh', 'elu'] as const).map((name) => {
  const shifted = wrap(ACTIVATIONS[name], { input_shift: 0.7, output_scale: 2 });
  return (q: number) => {
    shifted.moments(q);
    shifted.pair(q)(0.01);
    shifted.pair(q)(0.3);
  };
});

/**
 * How long an evaluation takes here and now, in milliseconds: the median of some loads.
 *
 * @example (await measure(path)).time / calibration()
 */
export function calibration(): number {
  const times = Array.from({ length: 5 }, (_, round) => {
    const meter = new Meter();
    const before = processorTime();
    meter.run(() => {
      for (const load of LOADS) load(0.5 + round / 3);
    });
    return (processorTime() - before) / meter.spent;
  });
  return times.sort((a, b) => a - b)[2] as number;
}

/** Names and values of a query. */
type Query = readonly (readonly [name: string, value: string])[];

const pathOf = (endpoint: string, query: Query) =>
  `/v1/${endpoint}?${new URLSearchParams(query as [string, string][])}`;

const queryOf = (path: string): Query => [...new URL(path, 'http://localhost').searchParams];

/** Numbers that a range may replace, so that a query is as long as it may be. */
const WIDENED = ['sigma_w2', 'sigma_b2', 'q', 'gain', 'std', 'keep', 'depth'];

/**
 * Queries that take more and more work: those of an endpoint are changed one parameter at a time, and the change is kept where more work was
 * counted, or in every other climb where it took more time. The same seed gives the same queries where only the count is climbed.
 *
 * @param seed of the choices
 * @param each how many queries of an endpoint
 * @param seen is told of each
 */
export async function climb(
  seed: number,
  each: number,
  seen: (one: Measured) => Promise<void>,
): Promise<void> {
  for (const contract of CONTRACTS) {
    const parameters = Object.keys(contract.query.shape);
    const sane = queriesOf(contract).filter((one) => one.sane);
    const samples = fc.sample(sane, { seed, numRuns: each }).map(({ path }) => queryOf(path));
    // (an endpoint without parameters has one answer)
    if (parameters.length === 0) {
      await seen(await measure(`/v1/${contract.name}`));
      continue;
    }
    const random = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { seed, numRuns: each });
    let best: Measured | undefined;
    for (let i = 0; i < each; i++) {
      const [a, b, c] = random[i] as [number, number, number];
      const fresh = samples[i] as Query;
      // (a new climb begins every 40 queries, and half of them are queries as they come)
      if (i % 40 === 0) best = undefined;
      const query =
        best === undefined || a % 2 === 0 ? fresh : changed(queryOf(best.path), fresh, [b, c], best);
      const one = await measure(pathOf(contract.name, query));
      await seen(one);
      const byTime = Math.floor(i / 40) % 2 === 1;
      const better = best && (byTime ? one.time > best.time : one.counted > best.counted);
      if (one.counted > 0 && (best === undefined || better)) best = one;
    }
  }
}

/** A query with one parameter as another query has it, without one, or with a range that fills the work of a request. */
function changed(
  query: Query,
  other: Query,
  [how, which]: readonly [number, number],
  { counted }: Measured,
): Query {
  if (how % 3 === 0) {
    const wide = query.filter(([name, value]) => WIDENED.includes(name) && Number.isFinite(Number(value)));
    const [name, value] = wide[which % Math.max(wide.length, 1)] ?? [];
    if (name !== undefined) {
      const rows = Math.min(Math.max(Math.round(LIMIT / counted), 2), 10_000);
      const [from, to] = [Number(value), Number(value) * (name === 'keep' ? 0.9 : 1.1)];
      const range =
        name === 'depth' ? `${value}..${Number(value) + rows - 1}/${rows}` : `${from}..${to}/${rows}`;
      return query.map((pair) => (pair[0] === name ? [name, range] : pair));
    }
  }
  if (how % 3 === 1 && query.length > 1) return query.filter((_, i) => i !== which % query.length);
  const taken = other[which % Math.max(other.length, 1)];
  return taken ? [...query.filter(([name]) => name !== taken[0]), taken] : query;
}

/** What fills the work of a request. */
const LIMIT = MAX_WORK;
