import { checkLevel, type Interval } from './paired.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * Pearson's correlation coefficient.
 *
 * @param a a sample in any unit
 * @param b as many values, in any unit
 * @returns from −1 to 1; NaN where one of the samples is constant
 * @throws where there are fewer than two values, not as many of both, or one is not finite
 * @see Pearson 1896, "Mathematical contributions to the theory of evolution III"
 * @example pearson([1, 2, 3], [1, 3, 2]) // 0.5
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { xx, yy, xy } = sumProducts(a, b);
  if (xx === 0 || yy === 0) return Number.NaN;
  return Math.min(1, Math.max(-1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/**
 * Spearman's rank correlation: Pearson's coefficient of the ranks, where equal values share the mean of their ranks.
 *
 * @param a a sample in any unit
 * @param b as many values, in any unit
 * @returns from −1 to 1; NaN where one of the samples is constant
 * @throws where there are fewer than two values, not as many of both, or one is not finite
 * @see Spearman 1904, "The proof and measurement of association between two things"
 * @example spearman([1, 10, 100, 1000], [1, 2, 4, 3]) // 0.8
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkPairs(a, b);
  return pearson(rankValues(a), rankValues(b));
}

/**
 * The ranks of values, from 1 for the smallest; equal values share the mean of their ranks.
 *
 * @param values finite numbers
 * @example rankValues([5, 2, 5]) // [2.5, 1, 2.5]
 */
export function rankValues(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const ranks = new Float64Array(order.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && order[to]?.value === order[from]?.value) to++;
    // the mean of from + 1 … to
    for (const { i } of order.slice(from, to)) ranks[i] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** What {@link fitLine} finds; intervals are two-sided, at a level between 0 and 1. */
export type Line = {
  readonly slope: number;
  readonly intercept: number;
  /** standard errors */
  readonly slopeError: number;
  readonly interceptError: number;
  /** standard deviation of the residuals, with n − 2 in the denominator */
  readonly residualDeviation: number;
  /** degrees of freedom, n − 2 */
  readonly degrees: number;
  readonly slopeInterval: (level: number) => Interval;
  readonly interceptInterval: (level: number) => Interval;
};

/**
 * The line of least squares, y = intercept + slope · x. Its standard errors and intervals assume independent gaussian
 * residuals of one variance.
 *
 * @param x in any unit
 * @param y as many values, in any unit
 * @returns the line, its errors and its intervals
 * @throws where there are fewer than three points, not as many x as y, a value is not finite, or all x are equal; the
 * intervals throw where the level is not between 0 and 1
 * @see Draper and Smith 1998, Applied Regression Analysis, sections 1.2 to 1.4
 * @example fitLine([0, 1, 2], [1, 2, 6]) // { slope: 2.5, intercept: 0.5, slopeError: √(0.75), … }
 */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>): Line {
  const n = x.length;
  if (n < 3) throw new Error(`a line with errors needs three points or more, not ${n}`);
  const { meanX, meanY, xx, xy } = sumProducts(x, y);
  if (xx === 0) throw new Error('all x are equal: no line goes through the points');
  const slope = xy / xx;
  const intercept = meanY - slope * meanX;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((y[i] as number) - meanY - slope * ((x[i] as number) - meanX)) ** 2;
  const degrees = n - 2;
  const residualDeviation = Math.sqrt(squares / degrees);
  const slopeError = residualDeviation / Math.sqrt(xx);
  const interceptError = residualDeviation * Math.sqrt(1 / n + meanX ** 2 / xx);
  const around = (value: number, error: number) => (level: number) => {
    checkLevel(level);
    const reach = -studentTQuantile((1 - level) / 2, degrees) * error;
    return { lower: value - reach, upper: value + reach };
  };
  return {
    slope,
    intercept,
    slopeError,
    interceptError,
    residualDeviation,
    degrees,
    slopeInterval: around(slope, slopeError),
    interceptInterval: around(intercept, interceptError),
  };
}

function checkPairs(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length} are no pairs`);
  if (a.length < 2) throw new Error(`a correlation needs two pairs or more, not ${a.length}`);
  for (const sample of [a, b])
    for (let i = 0; i < sample.length; i++)
      if (!Number.isFinite(sample[i])) throw new Error(`a sample must be finite, and holds ${sample[i]}`);
}

/** Means, and sums of products of deviations; exactly 0 where a sample is constant. */
function sumProducts(a: ArrayLike<number>, b: ArrayLike<number>) {
  checkPairs(a, b);
  const [meanX, meanY] = [findMean(a), findMean(b)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const dx = (a[i] as number) - meanX;
    const dy = (b[i] as number) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return { meanX, meanY, xx, yy, xy };
}

/** The mean; of equal values exactly their value. */
function findMean(sample: ArrayLike<number>): number {
  const values = Float64Array.from(sample);
  const near = values.reduce((sum, one) => sum + one, 0) / values.length;
  const mean = near + values.reduce((sum, one) => sum + (one - near), 0) / values.length;
  return values.every((one) => one === values[0]) ? (values[0] as number) : mean;
}
