import type { Activation, Moments, Pair } from '../activation.ts';
import { count, kept, TERMS } from '../work.ts';
import { cumulate } from './quadrature.ts';
import { findAngle, misalignment } from './special.ts';

/** E[φ′(u₁)φ′(u₂)] at variance q for rising angles arccos c, which are {@link chebyshevPoints} of (0, π/2), or from the averages there. */
export type SlopeRow = (q: number, angles: Float64Array, pair: (m: number) => Pair) => Float64Array;

/** The widest angle of a table, that of uncorrelated inputs: c* is never negative. */
export const RIGHT_ANGLE = Math.PI / 2;

/** Numbers of angles that are tried. Where the last does not resolve the averages there is no table. */
const ANGLE_COUNTS = [24, 64, 160] as const;

/** So many of them must be to spare. */
const SPARE_ANGLES = 8;

/** Coefficients that are such a part of the largest are rounding. */
const NEGLIGIBLE_PART = 3e-15;

/** Where a table is compared with what it was made from: places in the decade between its nodes, and so many more angles. */
const [CHECKED_PLACES, EXTRA_ANGLES] = [[0.013, 0.31, 0.503, 0.71, 0.987], 5] as const;

/** How far it may be off there: E[φ′φ′] as a part of E[φ′²], and the gap of itself. */
const TOLERANCE = 1e-13;

/** Coefficients that are such a part of the largest of a table move nothing. */
const UNSEEN_PART = 1e-17;

/** What a table of two-input averages is made from. */
type PairTableInput = {
  /** φ without tables */
  readonly activation: Activation;
  readonly slopes: SlopeRow;
  /** the variances of the nodes, from ln q = low over a decade */
  readonly variances: Float64Array;
  readonly low: number;
  /** the least angle */
  readonly least: number;
};

/**
 * The averages of two inputs from a table over q and the angle between the inputs. E[φ′φ′] is tabulated as it is; gap/m is its
 * mean over (0, m), all terms of it positive.
 */
function makePairTable(input: PairTableInput): ((x: number) => (m: number) => Pair) | undefined {
  const { activation, slopes, variances, low, least } = input;
  const angles = (count: number) => chebyshevPoints(count).map((x) => least + x * (RIGHT_ANGLE - least));
  const place = (angle: number) => Math.min(Math.max((angle - least) / (RIGHT_ANGLE - least), 0), 1);
  const rowAt = (q: number, at: Float64Array) => {
    const pair = activation.pair(q);
    const slope = chebyshevFit(slopes(q, at, pair));
    const start = least > 0 ? pair(misalignment(least)).gap : 0;
    const gaps = cumulate(at, (t) => chebyshevValue(slope, place(t)) * Math.sin(t), least);
    const means = gaps.map((gap, j) => (start + gap) / misalignment(at[j] as number));
    return { slope, mean: chebyshevFit(means) };
  };

  // Most angles are needed at the largest variance.
  const high = Math.exp(low + Math.LN10);
  const columns = ANGLE_COUNTS.map((count) => {
    const { slope, mean } = rowAt(high, angles(count));
    return {
      count,
      needed: 1 + Math.max(chebyshevLength(slope, NEGLIGIBLE_PART), chebyshevLength(mean, NEGLIGIBLE_PART)),
    };
  }).find(({ count, needed }) => needed <= count - SPARE_ANGLES)?.needed;
  if (columns === undefined) return undefined;
  const rows = Array.from(variances, (q) => rowAt(q, angles(columns)));
  const tableOf = (name: 'slope' | 'mean'): ChebyshevTable =>
    chebyshevTable(
      rows.map((row) => row[name]),
      (one, largest) => chebyshevLength(one, UNSEEN_PART, largest),
    );
  const [slopeTable, meanTable] = [tableOf('slope'), tableOf('mean')];
  const at = (x: number): ((m: number) => Pair) => {
    const [slope, mean] = [new Float64Array(columns), new Float64Array(columns)];
    slopeTable.at(x, slope);
    meanTable.at(x, mean);
    return (m) => {
      const t = place(findAngle(m));
      return { gap: m * chebyshevValue(mean, t), slope: chebyshevValue(slope, t) };
    };
  };
  // Between its nodes a table may be off without a sign of it at them.
  const between = angles(columns + EXTRA_ANGLES);
  const holds = CHECKED_PLACES.every((x) => {
    const q = Math.exp(low + x * Math.LN10);
    const { slope, mean } = rowAt(q, between);
    const found = at(x);
    const { slope2 } = activation.moments(q);
    return between.every((angle: number) => {
      const m = misalignment(angle);
      const pair = found(m);
      return (
        Math.abs(pair.slope - chebyshevValue(slope, place(angle))) <= TOLERANCE * slope2 &&
        Math.abs(pair.gap / m - chebyshevValue(mean, place(angle))) <= TOLERANCE * slope2
      );
    });
  });
  return holds ? at : undefined;
}

/** {@link SlopeRow} of any activation, from its averages. */
const averagedSlopes: SlopeRow = (_, angles, pair) => angles.map((angle) => pair(misalignment(angle)).slope);

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
const ONE_INPUT = { first: -4, last: 8 } as const;
const TWO_INPUTS = { first: -2, last: 0 } as const;

/** The most nodes over q. Where they do not resolve the averages there is no table. */
const MAX_NODES = 48;

/** Nodes over q for two inputs: so many more than one input needs are tried first, then so many times as many. */
const [EXTRA_NODES, NODES_FACTOR] = [6, 1.5];

const MOMENT_NAMES = ['ratio', 'shortfall', 'lift', 'drift', 'variance', 'slope2', 'radial'] as const;
type MomentNumbers = [number, number, number, number, number, number, number];

/** The natural scales of those that may vanish. (The shortfall of a φ with φ(0) = 0 has digits of its own.) */
const naturalScale = (
  name: (typeof MOMENT_NAMES)[number],
  { ratio, variance }: Moments,
  q: number,
  level: number,
) =>
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
 * @example tabulated(silu).moments(1).ratio // 0.35577…
 */
export function tabulated(activation: Activation, options: TableOptions = {}): Activation {
  const two = { ...TWO_INPUTS, last: options.last ?? TWO_INPUTS.last };
  return {
    ...activation,
    moments: Object.assign(
      tabulateDecades(ONE_INPUT, (low) => tabulateMoments(activation, low), activation.moments),
      { direct: activation.moments },
    ),
    pair: Object.assign(
      tabulateDecades(two, (low) => tabulatePairs(activation, options, low), activation.pair),
      { direct: activation.pair },
    ),
  };
}

/** Averages at a variance q that lies at x in its decade, 0 to 1. */
type Table<T> = (q: number, x: number) => T;

/** One table per decade, made when it is first needed, and what answers instead where there is none. */
function tabulateDecades<T>(
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
const decadeNodes = (low: number, count: number) =>
  chebyshevPoints(count).map((x) => Math.exp(low + x * Math.LN10));

function tabulateMoments(activation: Activation, low: number): Table<Moments> | undefined {
  const nodes = Array.from(decadeNodes(low, MAX_NODES), activation.moments);
  const series = MOMENT_NAMES.map((name) => chebyshevFit(nodes.map((node) => node[name])));
  const length = Math.max(
    ...series.map((one, k) =>
      chebyshevLength(
        one,
        NEGLIGIBLE_PART,
        naturalScale(
          MOMENT_NAMES[k] as (typeof MOMENT_NAMES)[number],
          nodes[0] as Moments,
          Math.exp(low),
          activation.level,
        ),
      ),
    ),
  );
  if (length > MAX_NODES - 4) return undefined;
  const table = chebyshevTable(
    nodes.map((node) => Float64Array.from(MOMENT_NAMES, (name) => node[name])),
    () => length,
  );
  const out = new Float64Array(MOMENT_NAMES.length);
  return (_, x) => {
    table.at(x, out);
    const [ratio, shortfall, lift, drift, variance, slope2, radial] = out as unknown as MomentNumbers;
    return { ratio, shortfall, lift, drift, variance, slope2, radial };
  };
}

/** The averages of two inputs over a decade, by themselves where the table does not reach. */
function tabulatePairs(
  activation: Activation,
  { slopes = averagedSlopes, least = 0 }: TableOptions,
  low: number,
): Table<(m: number) => Pair> | undefined {
  // The averages of one input vary with q about as fast as those of two do, and cost nothing. The table tells whether that was enough.
  const rise = chebyshevFit(decadeNodes(low, MAX_NODES).map((q) => activation.moments(q).radial));
  let table: ReturnType<typeof makePairTable>;
  for (
    let rows = chebyshevLength(rise, NEGLIGIBLE_PART) + EXTRA_NODES;
    !table && rows <= MAX_NODES;
    rows = Math.ceil(NODES_FACTOR * rows)
  )
    table = makePairTable({ activation, slopes, low, variances: decadeNodes(low, rows), least });
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

/** The Chebyshev points cos(π (k + 1/2) / n) of the first kind, moved to [0, 1] and rising. */
export function chebyshevPoints(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => (1 - Math.cos((Math.PI * (k + 0.5)) / n)) / 2);
}

/**
 * The coefficients of the Chebyshev interpolant on [0, 1] through values at {@link chebyshevPoints}.
 *
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapters 3 and 4
 */
export function chebyshevFit(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const cosines = quarterTurns(n);
  count((n * n) / TERMS);
  const coefficients = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    // cos(π j (k + 1/2) / n) for k = 0, 1, …: j (2k + 1) half-steps of a circle that has 4n of them
    for (let k = 0, at = j; k < n; k++, at = (at + 2 * j) % (4 * n))
      sum += (values[k] as number) * (cosines[at] as number);
    // The points rise while cos falls: hence the sign of odd coefficients.
    coefficients[j] = ((j === 0 ? 1 : 2) * (j % 2 ? -sum : sum)) / n;
  }
  return coefficients;
}

const circles = new Map<number, Float64Array>();

/** cos(2π i / 4n) for i = 0 … 4n − 1. */
function quarterTurns(n: number): Float64Array {
  const known = circles.get(n);
  if (known) return known;
  const cosines = Float64Array.from({ length: 4 * n }, (_, i) => Math.cos((Math.PI * i) / (2 * n)));
  circles.set(n, cosines);
  return cosines;
}

/**
 * The value of a Chebyshev series on [0, 1], by Clenshaw's recursion.
 *
 * @see Press et al. 2007, "Numerical recipes", section 5.8
 */
export function chebyshevValue(coefficients: Float64Array, x: number): number {
  count(coefficients.length / TERMS);
  const t = 2 * x - 1;
  let [b1, b2] = [0, 0];
  for (let j = coefficients.length - 1; j > 0; j--) {
    const b = 2 * t * b1 - b2 + (coefficients[j] as number);
    b2 = b1;
    b1 = b;
  }
  return t * b1 - b2 + (coefficients[0] as number);
}

/** How many leading coefficients of a series carry it: what follows is below a part of the largest. */
export function chebyshevLength(coefficients: Float64Array, part: number, scale = 0): number {
  const least = part * coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), scale);
  let length = coefficients.length;
  while (length > 0 && Math.abs(coefficients[length - 1] as number) <= least) length--;
  return length;
}

/**
 * Value and derivative of a Chebyshev series on [0, 1], by Clenshaw's recursion.
 *
 * @see Press et al. 2007, "Numerical recipes", section 5.8
 */
export function chebyshevAt(coefficients: Float64Array, x: number, out: Float64Array): void {
  count(coefficients.length / TERMS);
  const t = 2 * x - 1;
  let [b1, b2, d1, d2] = [0, 0, 0, 0];
  for (let j = coefficients.length - 1; j > 0; j--) {
    const d = 2 * b1 + 2 * t * d1 - d2;
    const b = 2 * t * b1 - b2 + (coefficients[j] as number);
    d2 = d1;
    d1 = d;
    b2 = b1;
    b1 = b;
  }
  out[0] = t * b1 - b2 + (coefficients[0] as number);
  out[1] = 2 * (b1 + t * d1 - d2);
}

/** A series in two variables. */
export type ChebyshevTable = {
  /** how many coefficients a series in the second variable has */
  readonly columns: number;
  /** writes the coefficients in the second variable at x in [0, 1] of the first one */
  readonly at: (x: number, out: Float64Array) => void;
};

/**
 * The series Σ a[i, j] Tᵢ(x) Tⱼ(y) through values at {@link chebyshevPoints} in x of coefficients in y.
 *
 * @see Trefethen 2013, "Approximation theory and approximation practice"
 */
export function chebyshevTable(
  rows: readonly Float64Array[],
  lengthOf: (series: Float64Array, largest: number) => number,
): ChebyshevTable {
  const columns = rows[0]?.length ?? 0;
  const series = Array.from({ length: columns }, (_, j) => chebyshevFit(rows.map((row) => row[j] as number)));
  const largest = series.reduce((most, one) => one.reduce((max, a) => Math.max(max, Math.abs(a)), most), 0);
  const lengths = Int32Array.from(series, (one) => lengthOf(one, largest));
  const powers = new Float64Array(Math.max(...lengths, 0));
  const coefficients = new Float64Array(columns * powers.length);
  series.forEach((one, j) => {
    coefficients.set(one.subarray(0, powers.length), j * powers.length);
  });
  return {
    columns,
    at(x, out) {
      count(coefficients.length / TERMS);
      const t = 2 * x - 1;
      let [before, now] = [t, 1]; // T₋₁ = T₁
      for (let i = 0; i < powers.length; i++) {
        powers[i] = now;
        const next = 2 * t * now - before;
        before = now;
        now = next;
      }
      for (let j = 0, from = 0; j < columns; j++, from += powers.length) {
        let sum = 0;
        for (let i = 0, end = lengths[j] as number; i < end; i++)
          sum += (powers[i] as number) * (coefficients[from + i] as number);
        out[j] = sum;
      }
    },
  };
}
