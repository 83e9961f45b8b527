import { count } from '../work.ts';

/** A series of so many terms takes less than an evaluation. */
const SHORT = 8;

/** How many terms of a series or a continued fraction, each of which waits for a division, take as long as one evaluation. */
const DIVISIONS = 10;

/**
 * The error function, to about 2 units in the last place.
 *
 * @param x any number
 * @see Abramowitz, Stegun 1964, 7.1.6 (series, all terms of one sign) and 7.1.14 (continued fraction)
 * @example erf(1) // 0.8427007929497149
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return Math.sign(x) * (size < 2.5 ? series(size) : 1 - complement(size));
}

/**
 * The distribution function of the standard normal law.
 *
 * @param x any number, also ±Infinity
 * @see Abramowitz, Stegun 1964, 26.2.29
 * @example normalCdf(0) // 0.5
 */
export const normalCdf = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

function series(x: number): number {
  let term = x;
  let sum = x;
  let n = 1;
  for (; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  // (what a short one takes is counted with the evaluation that it is for)
  if (n > SHORT) count(n / DIVISIONS);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf x for x ≥ 2.5. */
function complement(x: number): number {
  let fraction = x;
  // (the terms that are needed fall with the square of x)
  const terms = Math.ceil(6 + 340 / (x * x));
  count(terms / DIVISIONS);
  for (let k = terms; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
