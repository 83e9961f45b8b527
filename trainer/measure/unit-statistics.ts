import type { Noise } from '../../theory/index.ts';
import { labelInformation } from '../statistics/pair-information.ts';

/** A unit over the images: what the noise is given of it, and what it gives. */
export type Unit = { readonly before: Float32Array; readonly after: Float32Array };

/** Two units of a layer, by their numbers. */
export type UnitPair = readonly [number, number];

/**
 * What is found about the pairs of units of a layer of one network, in order:
 * - correlation_before, correlation_after: root mean square over the pairs of Pearson's correlation
 * - correlation_ratio: Σ c_before c_after / Σ c_before², the slope of c_after over c_before through 0
 * - correlation_ratio_theory: the same with the c_after that follows from the moments before the noise and those of the noise
 * - information_before, information_after: mean over the pairs of the mutual information, nats, bias taken off
 * - information_ratio: Σ information_after / Σ information_before
 * - units_with_zeros: units among those of the pairs that are exactly 0 for some images before the noise
 */
export const UNIT_METRICS = [
  'correlation_before',
  'correlation_after',
  'correlation_ratio',
  'correlation_ratio_theory',
  'information_before',
  'information_after',
  'information_ratio',
  'units_with_zeros',
] as const;

/** The name of one of {@link UNIT_METRICS}. */
export type UnitMetric = (typeof UNIT_METRICS)[number];

/** What is found about the pairs of a layer; NaN where there is nothing to find (no pair of units that vary). */
export type UnitFindings = Readonly<Record<UnitMetric, number>>;

/** Labels of the values of a unit that are not 0: bins of equal numbers of them before the noise. The value 0 has a label of its own. */
const BINS = 8;

/** What pairs of units are compared with. */
export type Comparison = {
  /** Moments of the factors that units are multiplied by, each with one of its own; undefined where no theory is wanted. */
  readonly noise: Pick<Noise, 's1' | 's2'> | undefined;
  /** Whether a factor is 0 or else always the same number: a value that is kept then has the label that it had before. */
  readonly dropsOrKeeps: boolean;
  /** Shuffles of the images, for the bias of the information. */
  readonly orders: readonly ArrayLike<number>[];
};

/**
 * Compares pairs of units before and after a noise. Pairs with a unit that does not vary before it are left out.
 *
 * With factors s that are independent and x_i the units before the noise, Cov(x_1 s_1, x_2 s_2) = s1² Cov and
 * Var(x s) = s2 E x² − s1² (E x)²: for s1 = 1 that is Var + (s2 − 1) E x², and with a mean of 0 the correlation falls by the factor
 * 1/s2, which is keep for dropout. The mutual information of units without an atom at 0 falls by keep²: the pair tells what it told
 * where both are kept, and else nothing.
 *
 * @param units of the layer, by their numbers
 * @param pairs which are compared
 * @param comparison the noise, and what is shuffled
 * @returns see {@link UNIT_METRICS}
 * @throws where units have no images, or not all as many
 * @see Chen et al. 2019, arXiv 1905.05928, for keep and keep²
 * @example compareUnits(new Map([[0, a], [1, b]]), [[0, 1]], { noise: { s1: 1, s2: 2 }, dropsOrKeeps: true, orders }).correlation_ratio
 */
export function compareUnits(
  units: ReadonlyMap<number, Unit>,
  pairs: readonly UnitPair[],
  { noise, dropsOrKeeps, orders }: Comparison,
): UnitFindings {
  const known = new Map<number, Described>();
  const describe = (number: number): Described => {
    const described = known.get(number) ?? describeUnit(units.get(number) as Unit, dropsOrKeeps);
    known.set(number, described);
    return described;
  };
  let [n, xx, yy, xy, xt, before, after] = [0, 0, 0, 0, 0, 0, 0];
  for (const [first, second] of pairs) {
    const [a, b] = [describe(first), describe(second)];
    if (a.before.square === 0 || b.before.square === 0) continue;
    const covariance = dot(a.before, b.before);
    const c = covariance / Math.sqrt(a.before.square * b.before.square);
    const squares = a.after.square * b.after.square;
    const own = squares === 0 ? 0 : dot(a.after, b.after) / Math.sqrt(squares);
    n++;
    xx += c * c;
    yy += own * own;
    xy += c * own;
    if (noise) {
      const { s1, s2 } = noise;
      const square = (unit: Centred) => s2 * unit.square + (s2 - s1 * s1) * unit.away.length * unit.mean ** 2;
      xt += (c * s1 * s1 * covariance) / Math.sqrt(square(a.before) * square(b.before));
    }
    const information = (x: Uint8Array, y: Uint8Array) =>
      labelInformation(x, y, { labels: BINS + 1, orders }).corrected;
    before += information(a.labels.before, b.labels.before);
    after += information(a.labels.after, b.labels.after);
  }
  return {
    correlation_before: Math.sqrt(xx / n),
    correlation_after: Math.sqrt(yy / n),
    correlation_ratio: xy / xx,
    correlation_ratio_theory: noise ? xt / xx : Number.NaN,
    information_before: before / n,
    information_after: after / n,
    information_ratio: after / before,
    units_with_zeros: [...known.values()].filter(({ labels }) => labels.before.includes(0)).length,
  };
}

type Described = {
  readonly before: Centred;
  readonly after: Centred;
  readonly labels: { readonly before: Uint8Array; readonly after: Uint8Array };
};

function describeUnit(unit: Unit, dropsOrKeeps: boolean): Described {
  return {
    before: centre(unit.before),
    after: centre(unit.after),
    labels: labelUnit(unit, dropsOrKeeps),
  };
}

/** A unit less its mean, and the sum of the squares of that: 0 where it is constant but for rounding. */
type Centred = { readonly mean: number; readonly away: Float64Array; readonly square: number };

function centre(values: Float32Array): Centred {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  const away = new Float64Array(n);
  let square = 0;
  for (let i = 0; i < n; i++) {
    const one = (values[i] as number) - mean;
    away[i] = one;
    square += one * one;
  }
  return { mean, away, square: square > 1e-12 * n * mean * mean ? square : 0 };
}

function dot({ away: a }: Centred, { away: b }: Centred): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * The labels of a unit: 0 for the value 0, from 1 on the bins of its other values before the noise. After the noise the bins are the
 * same ones, so that it is not another cut that changes the information; a dropped unit has the label 0, which is that of the
 * atom where the unit has one (relu).
 *
 * @param unit before and after the noise
 * @param dropsOrKeeps whether a value after the noise that is not 0 has the label of its value before it; its own bin else
 * @returns a label from 0 to 8 for each image
 * @example labelUnit({ before: Float32Array.of(1, 2, -1), after: Float32Array.of(2, 0, -2) }, true) // { before: [6, 8, 3], after: [6, 0, 3] }
 */
export function labelUnit({ before, after }: Unit, dropsOrKeeps: boolean): Described['labels'] {
  const sorted = before.filter((value) => value !== 0).sort();
  const edges = Float32Array.from(
    { length: BINS - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)] ?? 0,
  );
  const label = (value: number): number => {
    if (value === 0) return 0;
    let bin = 1;
    while (bin < BINS && value >= (edges[bin - 1] as number)) bin++;
    return bin;
  };
  const labels = { before: new Uint8Array(before.length), after: new Uint8Array(after.length) };
  for (let i = 0; i < before.length; i++) {
    const own = label(before[i] as number);
    const value = after[i] as number;
    labels.before[i] = own;
    labels.after[i] = dropsOrKeeps && value !== 0 ? own : label(value);
  }
  return labels;
}
