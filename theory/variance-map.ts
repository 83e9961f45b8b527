import type { Activation, Moments } from './activation.ts';
import { count } from './work.ts';

/** The variance map q′ = gain · E[φ(√q z)²] + bias. */
export type VarianceMap = {
  readonly activation: Activation;
  /** sigma_w2 · s2 */
  readonly gain: number;
  /** sigma_b2 */
  readonly bias: number;
};

/** A fixed point of the variance map, the map's slope there, and whether q returns to it from both sides. */
export type FixedPoint = { readonly q: number; readonly chi_q: number; readonly stable: boolean };

/**
 * The next layer's variance.
 *
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos", the length map
 */
export function nextVariance({ activation, gain, bias }: VarianceMap, q: number): number {
  count(1);
  return gain * (q * activation.moments(q).ratio + activation.level * activation.level) + bias;
}

/** How near to 1 the factor of a linear variance map counts as 1: what rounding leaves of a critical weight variance. */
export const NEUTRAL = 1e-12;

/** A growth as small as this is rounding, near q = 0 and elsewhere: no root can be told from it. */
const NOISE = { near: 1e-15, far: 4e-15 } as const;

/** What the growth is computed from. */
type GrowthMoments = Pick<Moments, 'ratio' | 'shortfall' | 'radial'>;

/** The factor of the variance map at q → 0, less 1; of a linear map 0 where it is 0 but for rounding. */
export function excess({ activation, gain }: VarianceMap): number {
  const over = gain * activation.ratio_at_zero - 1;
  return activation.homogeneous && Math.abs(over) <= NEUTRAL ? 0 : over;
}

/** Two roundings and a division leave so much of a factor of exactly 1. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * sigma_w2 · s2, which is exactly critical at q → 0 where it is but for rounding (sigma_w2 0.9 at keep 0.9): what q does there must not
 * depend on the last bit of a decimal number.
 */
export function gainOf({ ratio_at_zero }: Activation, sigma_w2: number, s2: number): number {
  const gain = sigma_w2 * s2;
  return Math.abs(gain * ratio_at_zero - 1) <= ROUNDING ? 1 / ratio_at_zero : gain;
}

/**
 * The relative growth q′/q − 1 and its derivative by ln q, from averages at q. Where φ(0) = 0 and E[φ²]/q is near its limit at 0 the growth
 * is what the shortfall from that limit leaves of the excess: so a threshold keeps its digits, and its sign.
 */
export function growth(
  map: VarianceMap,
  q: number,
  { ratio, shortfall, radial }: GrowthMoments = map.activation.moments(q),
): { value: number; slope: number; signless: boolean } {
  count(2);
  const { activation, gain, bias } = map;
  const { level, ratio_at_zero: limit } = activation;
  const pole = (gain * level * level + bias) / q;
  const near = level === 0 && Math.abs(shortfall) < Math.abs(limit) / 2;
  const rest = near ? excess(map) - gain * shortfall : gain * ratio - 1;
  const value = pole + rest;
  const signless = Math.abs(value) <= (near ? NOISE.near : NOISE.far);
  return { value, slope: gain * (radial - ratio) - pole, signless };
}
