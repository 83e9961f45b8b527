import { errorFunction, millsRatio } from '../../theory/index.ts';
import { findRoot } from './newton.ts';

const LOG_ROOT_TWO_PI = Math.log(2 * Math.PI) / 2;

const density = (x: number) => Math.exp(-(x * x) / 2 - LOG_ROOT_TWO_PI);

/**
 * The probability that a standard normal variable is greater than x. Small probabilities keep their digits: they are not
 * a difference from 1.
 *
 * @param x any number
 * @returns the probability, to about 1e-14 relative where x ≤ 10
 * @see Abramowitz and Stegun 1964, 26.2.3
 * @example normalUpperTail(1.959963984540054) // 0.025
 */
export function normalUpperTail(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < 0 ? 1 - normalUpperTail(-x) : density(x) * millsRatio(x);
}

/**
 * The quantile of the standard normal distribution: the x that a normal variable stays below with probability p.
 *
 * @param p a probability, 0 to 1
 * @returns x, −∞ at 0 and ∞ at 1; to about 1e-14 relative
 * @throws where p is no probability
 * @see Wichura 1988, "Algorithm AS 241", for the problem; here Newton's method on the logarithm of the tail, which is
 * concave
 * @example normalQuantile(0.975) // 1.95996398454…
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new Error(`${p} is no probability`);
  if (p > 0.5) return invertUpperTail(1 - p);
  return p === 0.5 ? 0 : -invertUpperTail(p);
}

/** The x > 0 with the upper tail q < 1/2. */
function invertUpperTail(q: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  // near the middle the probability between 0 and x, which 1/2 − q is without rounding
  if (q > 0.25) return findRoot(0, (x) => (0.5 - q - errorFunction(x / Math.SQRT2) / 2) / density(x));
  const target = Math.log(q);
  return findRoot(1, (x) => {
    const mills = millsRatio(x);
    return (Math.log(mills) - (x * x) / 2 - LOG_ROOT_TWO_PI - target) * mills;
  });
}
