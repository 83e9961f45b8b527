import type { Activation, Moments, Pair } from '../activation.ts';
import { kept } from '../work.ts';
import { misalignment } from './angle.ts';
import { chebyshevFit, chebyshevLength, chebyshevPoints, chebyshevTable } from './chebyshev.ts';
import { averagedSlopes, NOTHING, pairTable, type SlopeRow } from './pair-table.ts';

/** How the averages of two inputs are tabulated. */
export type TableOptions = {
  /** a faster way to E[φ′φ′] for a whole row of angles, where there is one */
  readonly slopes?: SlopeRow;
  /** the least angle of the tables, where smaller ones are slow to compute; 0 if left out */
  readonly least?: number;
  /** the power of ten with which the last decade begins; 0 if left out. More angles are needed from there on */
  readonly last?: number;
};

/** Tables span a decade of q each, from the first of these powers of ten to the last; those of two inputs fewer. */
const ONE = { first: -4, last: 8 } as const;
const TWO = { first: -2, last: 0 } as const;

/** The most nodes over q. Where they do not resolve the averages there is no table. */
const MOST = 48;

/** Nodes over q for two inputs: so many more than one input needs are tried first, then so many times as many. */
const [MORE, TIMES] = [6, 1.5];

const NAMES = ['ratio', 'shortfall', 'lift', 'drift', 'variance', 'slope2', 'radial'] as const;
type Seven = [number, number, number, number, number, number, number];

/** The natural scales of those that may vanish. (The shortfall of a φ with φ(0) = 0 has digits of its own.) */
const scaleOf = (name: (typeof NAMES)[number], { ratio, variance }: Moments, q: number, level: number) =>
  name === 'lift' || name === 'drift'
    ? Math.sqrt(variance / q)
    : name === 'shortfall' && level !== 0
      ? Math.abs(ratio)
      : 0;

/**
 * An activation whose averages come from Chebyshev tables for 0.01 ≤ q < 10 and 0 ≤ c ≤ 1 (those of one input for
 * 1e-4 ≤ q < 1e9), within about 1e-14 of their natural
 * scale, and from the activation itself elsewhere. They are analytic in ln q, and in the angle arccos c (which resolves
 * the √m of a kinked φ at m = 1 − c → 0): 15 to 30 nodes a decade and 20 to 110 angles reach rounding. A decade's table
 * is made when it is first asked for, in a few milliseconds, and then an average costs less than a microsecond.
 *
 * @param activation φ with exact averages
 * @param options see {@link TableOptions}
 * @returns the same activation, answering from tables
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapter 8 (convergence for analytic functions)
 * @example tabulated(exact).moments(1).ratio
 */
export function tabulated(activation: Activation, options: TableOptions = {}): Activation {
  const two = { ...TWO, last: options.last ?? TWO.last };
  return {
    ...activation,
    moments: Object.assign(
      decades(ONE, (low) => momentTable(activation, low), activation.moments),
      { direct: activation.moments },
    ),
    pair: Object.assign(
      decades(two, (low) => pairTables(activation, options, low), activation.pair),
      { direct: activation.pair },
    ),
  };
}

/** Averages at a variance q that lies at x in its decade, 0 to 1. */
type Table<T> = (q: number, x: number) => T;

/** One table per decade, made when it is first needed, and what answers instead where there is none. */
function decades<T>(
  { first, last }: { first: number; last: number },
  make: (low: number) => Table<T> | undefined,
  otherwise: (q: number) => T,
): (q: number) => T {
  const tables = Array.from({ length: last - first + 1 }, (_, k) =>
    kept(() => make((first + k) * Math.LN10)),
  );
  return (q) => {
    const power = Math.log10(q);
    const decade = Math.floor(power);
    if (!(decade >= first && decade <= last)) return otherwise(q);
    const table = tables[decade - first]?.();
    return table ? table(q, power - decade) : otherwise(q);
  };
}

/** The variances at the nodes of a decade. */
const variances = (low: number, count: number) =>
  chebyshevPoints(count).map((x) => Math.exp(low + x * Math.LN10));

function momentTable(activation: Activation, low: number): Table<Moments> | undefined {
  const nodes = Array.from(variances(low, MOST), activation.moments);
  const series = NAMES.map((name) => chebyshevFit(nodes.map((node) => node[name])));
  const length = Math.max(
    ...series.map((one, k) =>
      chebyshevLength(
        one,
        NOTHING,
        scaleOf(NAMES[k] as (typeof NAMES)[number], nodes[0] as Moments, Math.exp(low), activation.level),
      ),
    ),
  );
  if (length > MOST - 4) return undefined;
  const table = chebyshevTable(
    nodes.map((node) => Float64Array.from(NAMES, (name) => node[name])),
    () => length,
  );
  const out = new Float64Array(NAMES.length);
  return (_, x) => {
    table.at(x, out);
    const [ratio, shortfall, lift, drift, variance, slope2, radial] = out as unknown as Seven;
    return { ratio, shortfall, lift, drift, variance, slope2, radial };
  };
}

/** The averages of two inputs over a decade, by themselves where the table does not reach. */
function pairTables(
  activation: Activation,
  { slopes = averagedSlopes, least = 0 }: TableOptions,
  low: number,
): Table<(m: number) => Pair> | undefined {
  // The averages of one input vary with q about as fast as those of two do, and cost nothing. The table tells whether that was enough.
  const rise = chebyshevFit(variances(low, MOST).map((q) => activation.moments(q).radial));
  let table: ReturnType<typeof pairTable>;
  for (
    let rows = chebyshevLength(rise, NOTHING) + MORE;
    !table && rows <= MOST;
    rows = Math.ceil(TIMES * rows)
  )
    table = pairTable({ activation, slopes, low, variances: variances(low, rows), least });
  const border = misalignment(least);
  return (
    table &&
    ((q, x) => {
      const usual = table(x);
      let direct: ((m: number) => Pair) | undefined;
      return (m) => {
        if (m <= 1 && m >= border) return usual(m);
        direct ??= activation.pair(q);
        return direct(m);
      };
    })
  );
}
