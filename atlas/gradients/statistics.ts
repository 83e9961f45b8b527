/** A number with its standard error. */
export type Estimate = { readonly value: number; readonly error: number };

/** A metric over one group of networks: its mean and its variance over networks and inputs. */
export type Group = { readonly mean: number; readonly variance: number };

/** The same over several groups. */
export type Whole = Group & { readonly rms: number };

/**
 * A metric over several groups of equally many networks.
 *
 * @param groups at least one
 * @example whole([{ mean: 1, variance: 0 }, { mean: 3, variance: 0 }]) // { mean: 2, variance: 1, rms: 2.236… }
 */
export function whole(groups: readonly Group[]): Whole {
  const mean = average(groups.map((group) => group.mean));
  const variance = average(groups.map((group) => group.variance + (group.mean - mean) ** 2));
  return { mean, variance, rms: Math.sqrt(mean * mean + variance) };
}

/**
 * What is reckoned from several independent groups, with its standard error by the jackknife: from how much it moves when
 * each group in turn is left out. It holds for what is no mean, too: a slope through the logarithms of means, say.
 *
 * @param groups at least two
 * @param statistic of some of them
 * @throws RangeError for fewer than two groups
 * @see Efron & Stein 1981, "The jackknife estimate of variance"
 * @example jackknife([1, 2, 3], (some) => some.reduce((a, b) => a + b) / some.length) // { value: 2, error: 0.577… }
 */
export function jackknife<T>(groups: readonly T[], statistic: (some: readonly T[]) => number): Estimate {
  if (groups.length < 2) throw new RangeError('A jackknife needs two groups or more.');
  const without = groups.map((_, left) => statistic(groups.filter((_, i) => i !== left)));
  const middle = average(without);
  const squares = without.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  return {
    value: statistic(groups),
    error: Math.sqrt((squares * (groups.length - 1)) / groups.length),
  };
}

/**
 * The slope of the straight line through points, by least squares.
 *
 * @param points with at least two different x
 * @returns NaN for fewer, or where a coordinate is not finite
 * @example slopeOf([{ x: 0, y: 1 }, { x: 2, y: 5 }]) // 2
 */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const x = average(points.map((point) => point.x));
  const y = average(points.map((point) => point.y));
  let [along, across] = [0, 0];
  for (const point of points) {
    along += (point.x - x) ** 2;
    across += (point.x - x) * (point.y - y);
  }
  return along > 0 ? across / along : Number.NaN;
}

/**
 * Where a curve through points falls through 0, between two of them by a straight line.
 *
 * @param points x rising
 * @returns null where it does not
 * @example fallsThrough([{ x: 0, y: 1 }, { x: 2, y: -1 }]) // 1
 */
export function fallsThrough(points: readonly { readonly x: number; readonly y: number }[]): number | null {
  for (const [i, { x, y }] of points.entries()) {
    if (y > 0) continue;
    const before = points[i - 1];
    return before ? before.x + ((x - before.x) * before.y) / (before.y - y) : x;
  }
  return null;
}

const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
