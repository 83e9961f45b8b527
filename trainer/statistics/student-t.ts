import { findRoot } from './newton.ts';

/** Where the tail is computed by its continued fraction: beyond t² = 3. Below, the series of the middle is short. */
const TAIL_FROM = Math.sqrt(3);

/** Quantiles beyond are ∞. */
const FARTHEST = 1e300;

/** Terms of a series or a continued fraction, at most: the fraction takes about √degrees. */
const TERMS = 1_000_000;

/**
 * The probability that a variable of Student's t distribution is at most t. Small probabilities keep their digits.
 *
 * @param t any number
 * @param degrees degrees of freedom, positive; need not be whole
 * @returns the probability, to about 1e-13 relative
 * @throws where degrees is not positive and finite, or t is no number
 * @see Student 1908, "The probable error of a mean"; Abramowitz and Stegun 1964, 26.7.1
 * @example studentTCdf(1, 1) // 0.75
 */
export const studentTCdf = (t: number, degrees: number): number => studentTUpperTail(-t, degrees);

/**
 * The probability that a variable of Student's t distribution is greater than t: the one-sided p-value of a t statistic.
 * It keeps its digits however small it is, because it is not computed as a difference from 1.
 *
 * @param t any number
 * @param degrees degrees of freedom, positive; need not be whole
 * @returns the probability, to about 1e-13 relative
 * @throws where degrees is not positive and finite, or t is no number
 * @see Abramowitz and Stegun 1964, 26.7.1, with 15.3.3 for the series; DiDonato and Morris 1992, "Algorithm 708",
 * equation 9, for the continued fraction
 * @example studentTUpperTail(1e9, 2) // 5e-19
 */
export function studentTUpperTail(t: number, degrees: number): number {
  if (!(degrees > 0 && degrees < Number.POSITIVE_INFINITY)) throw new Error(`${degrees} degrees of freedom`);
  if (Number.isNaN(t)) throw new Error('t is no number');
  const law = createLaw(degrees);
  if (t > TAIL_FROM) return Math.exp(law.logTail(t));
  if (t < -TAIL_FROM) return 1 - Math.exp(law.logTail(-t));
  return 0.5 - law.middle(t);
}

/**
 * The quantile of Student's t distribution: the t that a variable stays below with probability p. Quantiles near p = 1
 * are had with all digits from the other side: the quantile of 1 − q is −studentTQuantile(q, degrees).
 *
 * @param p a probability, 0 to 1
 * @param degrees degrees of freedom, positive; need not be whole
 * @returns t, −∞ at 0, ∞ at 1 and where it is beyond 1e300; to about 1e-13 relative for one degree or more
 * @throws where p is no probability, or degrees is not positive and finite
 * @see Hill 1970, "Algorithm 396: Student's t-quantiles", for the problem; here Newton's method on the logarithm of the
 * tail, which is concave in the logarithm of t
 * @example studentTQuantile(0.975, 10) // 2.22813885198…
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p <= 1)) throw new Error(`${p} is no probability`);
  if (!(degrees > 0 && degrees < Number.POSITIVE_INFINITY)) throw new Error(`${degrees} degrees of freedom`);
  if (p === 0.5) return 0;
  return p > 0.5 ? invertUpperTail(1 - p, degrees) : -invertUpperTail(p, degrees);
}

/** The t > 0 with the upper tail q < 1/2. */
function invertUpperTail(q: number, degrees: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  const law = createLaw(degrees);
  // in the middle: the probability between 0 and t, which 1/2 − q is without rounding
  if (0.5 - q < law.middle(TAIL_FROM))
    return findRoot(0, (t) => (0.5 - q - law.middle(t)) / Math.exp(law.logDensity(t)));
  const target = Math.log(q);
  if (law.logTail(FARTHEST) > target) return Number.POSITIVE_INFINITY;
  let t = TAIL_FROM;
  // (the root is ln t; what is returned follows its last step)
  findRoot(Math.log(t), (logarithm) => {
    t = Math.exp(logarithm);
    const logTail = law.logTail(t);
    const step = (logTail - target) * Math.exp(logTail - law.logDensity(t) - logarithm);
    return Math.min(step, Math.log(FARTHEST) - logarithm);
  });
  return t;
}

/** The density of a t distribution, the probability between 0 and t, and the logarithm of that above t > √3. */
function createLaw(degrees: number) {
  const constant = logGammaRatio(degrees / 2) - Math.log(Math.PI * degrees) / 2;
  const logDensity = (t: number) => constant - ((degrees + 1) / 2) * logOnePlusSquare(t / Math.sqrt(degrees));
  const middle = (t: number) => t * Math.exp(logDensity(t)) * sumMiddle(t, degrees);
  const logTail = (t: number) =>
    t === Number.POSITIVE_INFINITY
      ? Number.NEGATIVE_INFINITY
      : Math.log(t / 2) + logDensity(t) + Math.log(tailFraction(t, degrees));
  return { logDensity, middle, logTail };
}

/** ln(1 + u²), also where u² is more than a number can be. */
const logOnePlusSquare = (u: number) => (Math.abs(u) > 1e8 ? 2 * Math.log(Math.abs(u)) : Math.log1p(u * u));

/** The probability between 0 and t, over t times the density: a hypergeometric series, all terms positive. */
function sumMiddle(t: number, degrees: number): number {
  const y = (t * t) / (degrees + t * t);
  let term = 1;
  let sum = 1;
  for (let k = 1; k < TERMS && term > sum * 1e-17; k++) {
    term *= ((degrees - 1 + 2 * k) / (1 + 2 * k)) * y;
    sum += term;
  }
  return sum;
}

/**
 * The probability above t, over t/2 times the density: the continued fraction of the incomplete beta function with a =
 * degrees/2 and b = 1/2, evaluated from its front (Lentz 1976). Its terms are differences of numbers of like size only
 * where they are multiplied out.
 */
function tailFraction(t: number, degrees: number): number {
  const a = degrees / 2;
  const u = t / Math.sqrt(degrees);
  const x = 1 / (1 + u * u);
  // a − (a + b) x, which would lose its digits where x is nearly 1
  const lambda = a / (1 + 1 / (u * u)) - x / 2;
  const denominator = (n: number) => {
    const correction = n === 0 ? 0 : (n * (0.5 - n) * x) / (a + 2 * n - 1);
    return n + correction + ((a + n) / (a + 2 * n + 1)) * (lambda + 1 + n * (2 - x));
  };
  let fraction = denominator(0);
  let [c, d] = [fraction, 0];
  for (let n = 1; n < TERMS; n++) {
    const numerator = ((a + n - 1) * (a + n - 0.5) * n * (0.5 - n) * x * x) / (a + 2 * n - 1) ** 2;
    const next = denominator(n);
    d = 1 / (next + numerator * d);
    c = next + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) break;
  }
  return 1 / fraction;
}

/**
 * ln(Γ(x + 1/2) / Γ(x)) by its asymptotic series, after the argument was raised: a difference of two values of ln Γ
 * would lose the digits that many degrees of freedom need.
 * @see Abramowitz and Stegun 1964, 6.1.40
 */
function logGammaRatio(x: number): number {
  let [raised, product] = [x, 1];
  for (; raised < 20; raised++) product *= raised / (raised + 0.5);
  const z = 1 / (raised * raised);
  const series = -1 / 8 + z * (1 / 192 + z * (-1 / 640 + z * (17 / 14336 - (z * 31) / 18432)));
  return Math.log(raised) / 2 + series / raised + Math.log(product);
}
