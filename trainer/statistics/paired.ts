import { studentTQuantile, studentTUpperTail } from './student-t.ts';

/** An interval of a real number. */
export type Interval = { readonly lower: number; readonly upper: number };

/** What {@link pairedTTest} finds. */
export type PairedTTest = {
  /** number of pairs */
  readonly pairs: number;
  readonly mean: number;
  /** of the differences, with pairs − 1 in the denominator */
  readonly standardDeviation: number;
  /** of the mean */
  readonly standardError: number;
  /** (mean − hypothesis) / standardError; ±∞ where all differences are equal and not the hypothesis */
  readonly t: number;
  /** degrees of freedom, pairs − 1 */
  readonly degrees: number;
  /** of the hypothesis against a mean that is greater or less */
  readonly pTwoSided: number;
  /** of the hypothesis against a mean that is greater */
  readonly pUpper: number;
  /** the two-sided confidence interval of the mean at a level between 0 and 1 */
  readonly interval: (level: number) => Interval;
};

/**
 * Student's t test of paired differences. Where all differences are equal there is no spread to judge by, and what is
 * returned is stated by convention: the p-values are 1 if the differences are the hypothesis itself; otherwise the
 * two-sided one is 0, and the one-sided one 0 or 1 by the side; the interval is that one value.
 *
 * @param differences one a pair, in any unit
 * @param hypothesis the mean under the null hypothesis, in the same unit
 * @returns see {@link PairedTTest}
 * @throws where there are fewer than two differences, or one is not finite; `interval` throws where its level is not
 * between 0 and 1
 * @see Student 1908, "The probable error of a mean"
 * @example pairedTTest([1, 2, 3, 4]).t // 3.872983346207417
 * @example pairedTTest([1, 2, 3, 4]).interval(0.95) // { lower: 0.44573974323…, upper: 4.55426025676… }
 */
export function pairedTTest(differences: ArrayLike<number>, hypothesis = 0): PairedTTest {
  const { mean, deviation: standardDeviation } = describeSample(differences);
  const pairs = differences.length;
  const degrees = pairs - 1;
  const standardError = standardDeviation / Math.sqrt(pairs);
  const away = mean - hypothesis;
  const t = away === 0 ? 0 : away / standardError;
  const certain = standardDeviation === 0;
  const tail = (x: number) => (certain ? Number(x <= 0) : studentTUpperTail(x, degrees));
  return {
    pairs,
    mean,
    standardDeviation,
    standardError,
    t,
    degrees,
    pTwoSided: Math.min(1, 2 * tail(Math.abs(t))),
    pUpper: tail(t),
    interval: (level) => {
      const reach = upperQuantile(level, degrees) * standardError;
      return { lower: mean - reach, upper: mean + reach };
    },
  };
}

/** Student's quantile of a two-sided interval. */
function upperQuantile(level: number, degrees: number): number {
  checkLevel(level);
  return -studentTQuantile((1 - level) / 2, degrees);
}

/**
 * The mean of a sample and its standard deviation, with n − 1 in the denominator; exactly 0 where all values are equal.
 *
 * @param sample two values or more
 * @throws where there are fewer than two values, or one is not finite
 * @example describeSample([1, 2, 3]) // { mean: 2, deviation: 1 }
 */
export function describeSample(sample: ArrayLike<number>): { mean: number; deviation: number } {
  const values = Float64Array.from(sample);
  if (values.length < 2)
    throw new Error(`a standard deviation needs two values or more, not ${values.length}`);
  const wrong = values.find((one) => !Number.isFinite(one));
  if (wrong !== undefined) throw new Error(`a sample must be finite, and holds ${wrong}`);
  const first = values[0] as number;
  if (values.every((one) => one === first)) return { mean: first, deviation: 0 };
  const near = values.reduce((sum, one) => sum + one, 0) / values.length;
  // (the second pass takes off what the first one rounded)
  const mean = near + values.reduce((sum, one) => sum + (one - near), 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/**
 * Checks the level of an interval.
 *
 * @throws where it is not between 0 and 1
 * @example checkLevel(0.95) // undefined
 */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1))
    throw new Error(`a confidence level lies between 0 and 1, and ${level} does not`);
}

/**
 * The smallest number of pairs whose confidence interval is narrow enough: the smallest n for which Student's quantile
 * times the standard deviation over √n is at most the half-width. The standard deviation is taken as known; one that was
 * estimated from few pairs makes the answer as uncertain as it is.
 *
 * @param options the standard deviation of the differences, the half-width that is wanted in the same unit, the
 * two-sided confidence level, and the fewest pairs that are acceptable (2)
 * @returns n, at least 2 and at least `min`
 * @throws where the standard deviation is negative or not finite, the half-width not positive or so small that more than
 * 2⁵³ pairs are needed, or the level not between 0 and 1
 * @see Desu and Raghavarao 1990, Sample Size Methodology, section 1.2
 * @example requiredPairs({ standardDeviation: 1, halfWidth: 0.5, level: 0.95 }) // 18
 */
export function requiredPairs(options: {
  readonly standardDeviation: number;
  readonly halfWidth: number;
  readonly level: number;
  readonly min?: number;
}): number {
  const { standardDeviation, halfWidth, level, min = 2 } = options;
  checkLevel(level);
  if (!(standardDeviation >= 0 && standardDeviation < Number.POSITIVE_INFINITY))
    throw new Error(`a standard deviation of ${standardDeviation}`);
  if (!(halfWidth > 0)) throw new Error(`a half-width must be positive, and is ${halfWidth}`);
  const isEnough = (n: number) =>
    (upperQuantile(level, n - 1) * standardDeviation) / Math.sqrt(n) <= halfWidth;
  let enough = Math.max(2, Math.ceil(min));
  if (isEnough(enough)) return enough;
  let tooFew = enough;
  // (the width falls with n, so that bisection finds where it is small enough first)
  do {
    tooFew = enough;
    enough *= 2;
    if (enough > Number.MAX_SAFE_INTEGER) throw new Error(`no number of pairs is enough for ${halfWidth}`);
  } while (!isEnough(enough));
  while (enough - tooFew > 1) {
    const n = Math.floor((tooFew + enough) / 2);
    if (isEnough(n)) enough = n;
    else tooFew = n;
  }
  return enough;
}
