import type { UnequalKernel } from '../activation.ts';
import { count } from '../work.ts';
import { legendre } from './quadrature.ts';

/** The angle arccos(1 − m) between two inputs, written so that it keeps its digits as m → 0. */
export const findAngle = (m: number): number => 2 * Math.asin(Math.sqrt(Math.min(m / 2, 1)));

/** 1 − cos of an angle, without cancellation: the misalignment of two inputs at that angle. */
export const misalignment = (angle: number): number => 2 * Math.sin(angle / 2) ** 2;

/** A series of so many terms takes less than an evaluation. */
const SHORT_SERIES = 8;

/** How many terms of a series or a continued fraction, each of which waits for a division, take as long as one evaluation. */
const DIVISIONS = 10;

/**
 * The error function, to about 2 units in the last place.
 *
 * @see Abramowitz, Stegun 1964, 7.1.6 (series, all terms of one sign) and 7.1.14 (continued fraction)
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return Math.sign(x) * (size < 2.5 ? erfSeries(size) : 1 - erfComplement(size));
}

/**
 * The distribution function of the standard normal law.
 *
 * @see Abramowitz, Stegun 1964, 26.2.29
 */
export const normalCdf = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  let n = 1;
  for (; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  // (what a short one takes is counted with the evaluation that it is for)
  if (n > SHORT_SERIES) count(n / DIVISIONS);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf x for x ≥ 2.5. */
function erfComplement(x: number): number {
  let fraction = x;
  // (the terms that are needed fall with the square of x)
  const terms = Math.ceil(6 + 340 / (x * x));
  count(terms / DIVISIONS);
  for (let k = terms; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

const { nodes: MILLS_NODES, weights: MILLS_WEIGHTS } = legendre(32);

/** From here on the continued fraction is exact; before it, the integral over (0, INTEGRAL_END) is. */
const [FRACTION_FROM, INTEGRAL_END] = [3.5, 8.8];

/**
 * Mills' ratio of the normal distribution, (1 − Φ(x)) / Φ′(x) = ∫₀^∞ exp(−t²/2 − x t) dt, to about 1e-15 relative.
 *
 * @param x not negative
 * @see Abramowitz, Stegun 1964, 26.2.3 and 26.2.14 (the continued fraction)
 * @example millsRatio(0) // √(π/2) = 1.2533141373155
 */
export function millsRatio(x: number): number {
  if (x >= FRACTION_FROM) {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
    return 1 / fraction;
  }
  let sum = 0;
  count(MILLS_NODES.length / 4);
  for (let k = 0; k < MILLS_NODES.length; k++) {
    const t = (INTEGRAL_END / 2) * (1 + (MILLS_NODES[k] as number));
    sum += (MILLS_WEIGHTS[k] as number) * Math.exp(-t * (t / 2 + x));
  }
  return (INTEGRAL_END / 2) * sum;
}

/** The angle and the slope that {@link arcsinePair} gives. */
export type ArcsinePair = { angle: number; slope: number };

/**
 * The arcsine kernel of two steps with Gaussian noise, without cancellation: for Gaussian inputs of variance q and
 * correlation c = 1 − m, with E[sgn(u₁ + n₁) sgn(u₂ + n₂)] = (2/π) asin(q c / P), P² = (q + v₁)(q + v₂), and noises n
 * of variances v₁, v₂, the answer is
 *
 * - `angle` = asin(q / P) − asin(q (1 − m) / P),
 * - `slope` = 1 / √(P² − q² c²), so that d angle / dm = q · slope.
 *
 * @see Williams 1998, "Computation with infinite neural networks", the kernel of erf (erf x is E sgn(x + n) with v = 1/2)
 */
export function arcsinePair(q: number, m: number, own: number): ArcsinePair {
  const aligned = Math.sqrt(own);
  const apart = Math.sqrt(own + q * q * m * (2 - m));
  // sine and cosine of the angle, both times P²; the difference in the sine is multiplied out by its conjugate
  const sine =
    m <= 1
      ? (q * m * (2 - m) * (own + q * q)) / (apart + (1 - m) * aligned)
      : q * (apart - (1 - m) * aligned);
  const cosine = q * q * (1 - m) + aligned * apart;
  return { angle: Math.atan2(sine, cosine), slope: 1 / apart };
}

/**
 * The arcsine kernel of erf(x / √(2v)) and erf(x / √(2w)) between two inputs of any variances.
 *
 * @see Williams 1998, "Computation with infinite neural networks"
 */
export function arcsineKernel(v: number, w: number): UnequalKernel {
  return (q_a, q_b) => {
    const [a, b] = [q_a / v, q_b / w];
    const size = Math.sqrt(a) * Math.sqrt(b);
    const scale = 2 / (Math.PI * Math.sqrt(v) * Math.sqrt(w));
    return (m) => {
      // the cosine of the angle by its own formula: near ±1 the arcsine would lose half the digits
      const apart = Math.sqrt(1 + a + b + a * b * m * (2 - m));
      return { overlap: scale * (Math.atan2(size * (1 - m), apart) / size), slope: scale / apart };
    };
  };
}

/** A discrete distribution: weights that add up to one at positive points. */
export type Mixture = { readonly variances: Float64Array; readonly weights: Float64Array };

/**
 * Density of the variance of the Gaussian scale mixture that is the distribution with density 1/(2 cosh² x): the
 * square of a Kolmogorov–Smirnov variable. Two forms of one theta function, each where it converges at once.
 */
function mixtureDensity(v: number): number {
  let sum = 0;
  if (v > 0.9) {
    for (let n = 8; n >= 1; n--) sum += (n % 2 ? 4 : -4) * n * n * Math.exp(-2 * n * n * v);
    return sum;
  }
  for (let k = 8; k >= 1; k--) {
    const b = ((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * v);
    sum += Math.exp(-b) * (b - 0.5);
  }
  return Math.sqrt(2 * Math.PI) * sum * v ** -1.5;
}

/**
 * Variances vᵢ and weights wᵢ with tanh x = Σ wᵢ erf(x / √(2 vᵢ)), to about 1e-15: tanh x is the mean of sgn(x + n) over
 * a logistic n of density 1/(2 cosh² n), and a logistic variable is a normal one whose standard deviation is random and
 * Kolmogorov–Smirnov distributed. Averages of tanh are therefore averages of closed forms of erf, at a cost that does
 * not depend on the variance of x. The rule is a trapezoid one in ln v, where the density dies off doubly
 * exponentially at both ends.
 *
 * @see Andrews, Mallows 1974, "Scale mixtures of normal distributions" (the logistic distribution); Kolmogorov 1933 for
 * the two series
 */
export function logisticMixture(): Mixture {
  const step = 0.2;
  const variances: number[] = [];
  const weights: number[] = [];
  for (let k = -17; k <= 15; k++) {
    const v = Math.exp(k * step);
    variances.push(v);
    weights.push(step * v * mixtureDensity(v));
  }
  return { variances: new Float64Array(variances), weights: new Float64Array(weights) };
}
