import type { Activation } from '../activation.ts';
import { type Mask, maskCorrelation, type Noise } from '../noise.ts';
import { checkNotNegative, ParameterError } from '../parameter-error.ts';
import { noisyAverages, sharedSquare } from '../trajectory/averages.ts';
import { logarithmic, rootsBetween } from './roots.ts';

/** A point of a critical line. */
export type CriticalPoint = {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** the variance at which the condition holds; null where every q will do, or none is finite (see status) */
  readonly q_star: number | null;
  /** slope of the variance map at q_star: below 1 the fixed point is stable, above 1 inputs run away from it */
  readonly chi_q: number;
  readonly stable: boolean;
  /** `ok`; `neutral`: every q is fixed; `collapses`: q → 0; `diverges`: q grows and the condition holds of the limit */
  readonly status: 'ok' | 'neutral' | 'collapses' | 'diverges';
};

/** All points that meet a condition, by increasing q; where there are refuse, why. */
export type CriticalPoints = { readonly points: readonly CriticalPoint[]; readonly reason: string | null };

/** Which slope is to be 1. */
export type CriticalSlope = 'chi_1' | 'chi_aligned';

/** Where fixed points are looked for. */
const GRID = logarithmic(1e-10, 1e6, 121);

const refuse = (reason: string): CriticalPoints => ({ points: [], reason });

/** A slope of the variance map so near to 1 is 1 but for rounding: q is not drawn to such a point from both sides. */
const MARGINAL = 1e-9;

/** One point at a finite q, from the weight variance there. */
function makeCriticalPoint(
  sigma_w2: number,
  sigma_b2: number,
  q_star: number,
  radial: number,
): CriticalPoint {
  const chi_q = sigma_w2 * radial;
  return { sigma_w2, sigma_b2, q_star, chi_q, stable: Math.abs(chi_q) < 1 - MARGINAL, status: 'ok' };
}

/**
 * All points with a given bias variance where chi_1 (the gradient neither vanishes nor explodes) or chi_aligned (the
 * correlation map has slope 1 at c = 1) is 1. The line is known exactly as a curve in q: sigma_w2(q) = 1 / (w E[φ′²])
 * with w = s2 for chi_1 and E[s_a s_b] for chi_aligned, and sigma_b2(q) = q − sigma_w2(q) E[(sφ + t)²]; so the only
 * root to find is that of sigma_b2(q) = sigma_b2, and sigma_w2 is good to double precision.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param sigma_b2 bias variance
 * @param slope which slope is to be 1
 * @param mask whether two inputs share their noise (for chi_aligned)
 * @throws ParameterError for a negative sigma_b2
 * @see Poole et al. 2016 and Schoenholz et al. 2017 (the line chi_1 = 1); Pretorius et al. 2018 (with noise)
 * @example criticalPoints(tanh, NO_NOISE, 0.05, 'chi_1').points[0].sigma_w2 // 1.760954639607
 */
export function criticalPoints(
  activation: Activation,
  noise: Noise,
  sigma_b2: number,
  slope: CriticalSlope,
  mask: Mask = 'independent',
): CriticalPoints {
  checkNotNegative({ sigma_b2 });
  const correlation = maskCorrelation(mask);
  const weight = slope === 'chi_1' ? noise.s2 : sharedSquare(noise, correlation);
  const shifted = (noise.t2 ?? 0) !== 0;
  if (activation.homogeneous && !shifted) return solveHomogeneous(activation, noise.s2, weight, sigma_b2);
  if (slope === 'chi_aligned' && activation.steps)
    return refuse('the activation jumps: chi_aligned is infinite at every sigma_w2');

  const average = (q: number) => noisyAverages(activation, q, noise, correlation);
  const points = rootsBetween((log) => {
    const q = Math.exp(log);
    const { square, slope2 } = average(q);
    return 1 - square / (weight * slope2) - sigma_b2 / q;
  }, GRID.map(Math.log)).map((log) => {
    const q = Math.exp(log);
    const { slope2, radial } = average(q);
    return makeCriticalPoint(1 / (weight * slope2), sigma_b2, q, radial);
  });
  // Without bias the line starts at q = 0, in the linear regime of φ.
  const start = activation.ratio_at_zero;
  if (sigma_b2 === 0 && !shifted && weight === noise.s2 && start > 0 && activation.level === 0)
    points.unshift({
      sigma_w2: 1 / (weight * start),
      sigma_b2,
      q_star: 0,
      chi_q: 1,
      stable: isSaturating(activation),
      status: 'collapses',
    });
  return points.length > 0
    ? { points, reason: null }
    : refuse(`no q between 1e-10 and 1e6 has ${slope} = 1 at this sigma_b2`);
}

/** How much E[φ²]/q has to move, relative to its limit at q → 0, before rounding cannot have done it. */
const MOVED = 1e-8;

/** Whether E[φ²]/q falls as q leaves 0, so that a network whose map has slope 1 at 0 is drawn there. */
function isSaturating({ moments, ratio_at_zero }: Activation): boolean {
  const shortfall = GRID.map((q) => moments(q).shortfall).find(
    (short) => Math.abs(short) > MOVED * ratio_at_zero,
  );
  return shortfall !== undefined && shortfall > 0;
}

/** φ(a x) = a φ(x): slopes do not depend on q, so the line is vertical and q is free, or runs away. */
function solveHomogeneous(
  activation: Activation,
  s2: number,
  weight: number,
  sigma_b2: number,
): CriticalPoints {
  const { slope2 } = activation.moments(1);
  const chi_q = s2 / weight;
  const status = chi_q > 1 || sigma_b2 > 0 ? 'diverges' : 'neutral';
  const point = {
    sigma_w2: 1 / (weight * slope2),
    sigma_b2,
    q_star: null,
    chi_q,
    stable: false,
    status,
  } as const;
  return { points: [point], reason: null };
}

/**
 * The weight variance that preserves a given variance: q* = q. It is unique where there is one, sigma_w2 =
 * (q − sigma_b2) / E[(sφ + t)²], but q need not be stable: see `stable`.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param sigma_b2 bias variance
 * @param q the variance to be kept, positive; 1 by default
 * @throws ParameterError for a negative sigma_b2 or a q that is not positive
 * @see He et al. 2015, "Delving deep into rectifiers" (relu); Pretorius et al. 2018 (relu with noise: 2 / s2); Klambauer
 * et al. 2017, "Self-normalizing neural networks" (q = 1 as a fixed point)
 * @example variancePreserving(relu, { s1: 1, s2: 1 / 0.9, variance: 1 / 9 }, 0).points[0].sigma_w2 // 1.7999999999999998
 */
export function variancePreserving(
  activation: Activation,
  noise: Noise,
  sigma_b2: number,
  q = 1,
): CriticalPoints {
  checkNotNegative({ sigma_b2, q });
  if (q === 0) throw new ParameterError('q', 'out_of_range', 'q must be positive.', { min: 0 });
  if (sigma_b2 >= q) return refuse('the bias variance alone already reaches q');
  const { square, radial } = noisyAverages(activation, q, noise, 0);
  if (!(square > 0)) return refuse('the activation is 0 at this q');
  const sigma_w2 = (1 - sigma_b2 / q) / square;
  const point = makeCriticalPoint(sigma_w2, sigma_b2, q, radial);
  const free = activation.homogeneous && sigma_b2 === 0 && (noise.t2 ?? 0) === 0;
  return { points: [free ? { ...point, chi_q: 1, stable: false, status: 'neutral' } : point], reason: null };
}

/**
 * Half-stable points: chi_q = 1 together with chi_1 = 1 or chi_aligned = 1. There q* attracts from one side only, and
 * neither variance nor gradient drifts to first order: the critical point of gelu and swish, which have no critical point
 * at q* = 0. The condition does not contain sigma_w2: it is dE[(sφ + t)²]/dq = w E[φ′²].
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param slope the slope that is 1 beside chi_q
 * @see Roberts, Yaida, Hanin 2022, "The principles of deep learning theory", chapter 5 (half-stable universality class)
 * @example halfStablePoints(tanh, NO_NOISE).points // []
 */
export function halfStablePoints(
  activation: Activation,
  noise: Noise,
  slope: CriticalSlope = 'chi_1',
): CriticalPoints {
  const weight = slope === 'chi_1' ? noise.s2 : sharedSquare(noise, 0);
  if (slope === 'chi_aligned' && activation.steps)
    return refuse('the activation jumps: chi_aligned is infinite');
  if (activation.homogeneous && (noise.t2 ?? 0) === 0)
    return refuse('the variance map is linear: chi_q does not depend on q');
  const average = (q: number) => noisyAverages(activation, q, noise, 0);
  const grid = logarithmic(1e-6, 1e5, 89).map(Math.log);
  const points = rootsBetween((log) => {
    const { radial, slope2 } = average(Math.exp(log));
    return radial / (weight * slope2) - 1;
  }, grid).flatMap((log) => {
    const q = Math.exp(log);
    const { square, slope2 } = average(q);
    const sigma_w2 = 1 / (weight * slope2);
    const sigma_b2 = q * (1 - sigma_w2 * square);
    if (sigma_b2 < 0) return [];
    return [{ sigma_w2, sigma_b2, q_star: q, chi_q: 1, stable: false, status: 'ok' } as const];
  });
  return points.length > 0 ? { points, reason: null } : refuse('chi_q and the slope are never 1 together');
}
