import type { Activation, Moments } from './activation.ts';
import { poleRoot } from './correlation.ts';
import { reportFault } from './fault.ts';
import { grows, scanFixedPoints } from './variance-scan.ts';
import { count } from './work.ts';

/** Where the variance map q′ = gain · E[φ²] + bias isReachedFrom, and all its fixed points in rising order. */
export type VarianceLimit = { readonly fixed_points: readonly FixedPoint[] } & (
  | { readonly status: 'ok' | 'bistable'; readonly q_star: number }
  | { readonly status: 'collapses'; readonly q_star: 0 }
  | { readonly status: 'neutral' | 'diverges' | 'no_fixed_point'; readonly q_star: null }
);

/**
 * The fixed points of the variance map q′ = gain · E[φ(√q z)²] + bias and the one that q approaches from q0.
 *
 * Of an odd saturating φ (tanh, erf, sin, …) E[φ²]/q falls with q, so that there is at most one positive fixed point.
 * Others can have several, with or without infinity as a further attractor: `bistable` says that another start would
 * have ended elsewhere, `diverges` that q grows without bound from q0, and `no_fixed_point` that it neither settles nor
 * grows, as it can where the map falls with a slope below −1.
 *
 * @param activation φ
 * @param gain sigma_w2 · s2, not negative
 * @param bias sigma_b2, not negative
 * @param q0 where q starts, positive
 * @see Poole et al. 2016 and Schoenholz et al. 2017 (the length or variance map); Pretorius et al. 2018 (with noise);
 * Hayou, Doucet, Rousseau 2019, "On the impact of the activation function on deep neural networks training", for maps
 * without a limit
 * @example varianceLimit(relu, 1, 0.1).q_star // 0.2
 * @example varianceLimit(silu, 2.05, 0.05).fixed_points.map(({ q }) => q) // [0.1115…, 16.75…]
 */
export function varianceLimit(activation: Activation, gain: number, bias: number, q0 = 1): VarianceLimit {
  const map = { activation, gain, bias };
  if (activation.homogeneous) return solveLinear(computeExcess(map), bias);
  if (gain === 0) return bias === 0 ? makeLimit('collapses', 0, 0) : makeLimit('ok', bias, 0);
  // (between kinks away from 0 a φ may be linear, and E[φ²]/q then falls too late to be convex)
  const { parity, asymptote, kinks, saturates = true } = activation;
  const saturating = saturates && parity === 'odd' && asymptote[1] === 0 && kinks.every((kink) => kink === 0);
  const limit = saturating
    ? solveSaturating(map)
    : chooseReached(map, q0, scanFixedPoints(activation, gain, bias));
  return checkLimit(map, q0, limit);
}

/** A map with one fixed point, which is stable. */
function makeLimit(status: 'ok' | 'collapses', q: number, chi_q: number): VarianceLimit {
  const fixed_points = [{ q, chi_q, stable: true }];
  return status === 'ok' ? { status, q_star: q, fixed_points } : { status, q_star: 0, fixed_points };
}

function solveLinear(over: number, bias: number): VarianceLimit {
  const slope = over + 1;
  if (bias === 0 && over === 0) return { status: 'neutral', q_star: null, fixed_points: [] };
  if (over >= 0) {
    const zero = { q: 0, chi_q: slope, stable: false };
    return { status: 'diverges', q_star: null, fixed_points: bias === 0 ? [zero] : [] };
  }
  return bias === 0 ? makeLimit('collapses', 0, slope) : makeLimit('ok', bias / -over, slope);
}

function solveSaturating(map: VarianceMap): VarianceLimit {
  const { activation, gain, bias } = map;
  const over = computeExcess(map);
  if (bias === 0 && over <= 0) return makeLimit('collapses', 0, over + 1);
  // The first guess is the fixed point for E[φ²] = κq / (1 + κq), which has the right slope at 0 and limit 1.
  const kappa = activation.ratio_at_zero;
  const level = over + bias * kappa;
  const root = Math.sqrt(level * level + 4 * kappa * bias);
  const guess = level > 0 ? (level + root) / (2 * kappa) : (2 * bias) / (root - level);
  const power = activation.kinks.includes(0) ? 0.5 : 1;
  const q_star = poleRoot(
    bias,
    (q) => {
      const { ratio, shortfall, radial } = activation.moments(q);
      // gain · ratio − 1 in two forms: near a threshold the first keeps the digits of a small excess, far above it
      // the second does. Likewise the slope: for small q the chord to q = 0 is as good and does not cancel.
      const value = shortfall < kappa / 2 ? over - gain * shortfall : gain * ratio - 1;
      const slope = (q < 1e-5 ? -power * shortfall : radial - ratio) * (gain / q);
      return { value, slope };
    },
    guess,
  );
  const chi_q = gain * activation.moments(q_star).radial;
  const zero = { q: 0, chi_q: over + 1, stable: false };
  const point = { q: q_star, chi_q, stable: true };
  return { status: 'ok', q_star, fixed_points: bias === 0 ? [zero, point] : [point] };
}

/** How near q0 lies to a fixed point that it starts at, relative to it: there rounding decides which way the map goes. */
const AT = 1e-12;

/** Which of the fixed points q approaches from q0. */
function chooseReached(map: VarianceMap, q0: number, fixed_points: readonly FixedPoint[]): VarianceLimit {
  const { activation, gain } = map;
  const [left, right] = activation.asymptote;
  const isEscaping = (gain * (left * left + right * right)) / 2 > 1 + NEUTRAL;
  const attractors = fixed_points.filter(({ stable }) => stable).length + (isEscaping ? 1 : 0);
  const at = (point: FixedPoint | undefined): VarianceLimit => {
    // Where the map only touches the diagonal, or starts where it repels, rounding decides where q ends: nobody knows.
    if (!point?.stable) return { status: 'no_fixed_point', q_star: null, fixed_points };
    if (point.q === 0) return { status: 'collapses', q_star: 0, fixed_points };
    return { status: attractors > 1 ? 'bistable' : 'ok', q_star: point.q, fixed_points };
  };
  const here = fixed_points.find(({ q }) => Math.abs(q - q0) <= AT * q);
  if (here) return at(here);
  const end = walk(map, q0, fixed_points);
  return end === 'infinity' ? { status: 'diverges', q_star: null, fixed_points } : at(end);
}

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
export function computeExcess({ activation, gain }: VarianceMap): number {
  const over = gain * activation.ratio_at_zero - 1;
  return activation.homogeneous && Math.abs(over) <= NEUTRAL ? 0 : over;
}

/** Two roundings and a division leave so much of a factor of exactly 1. */
const SLOPE_ROUNDING = 8 * Number.EPSILON;

/**
 * sigma_w2 · s2, which is exactly critical at q → 0 where it is but for rounding (sigma_w2 0.9 at keep 0.9): what q does there must not
 * depend on the last bit of a decimal number.
 */
export function computeGain({ ratio_at_zero }: Activation, sigma_w2: number, s2: number): number {
  const gain = sigma_w2 * s2;
  return Math.abs(gain * ratio_at_zero - 1) <= SLOPE_ROUNDING ? 1 / ratio_at_zero : gain;
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
  const rest = near ? computeExcess(map) - gain * shortfall : gain * ratio - 1;
  const value = pole + rest;
  const signless = Math.abs(value) <= (near ? NOISE.near : NOISE.far);
  return { value, slope: gain * (radial - ratio) - pole, signless };
}

/** A fixed point lies within this part of its value of a change of sign of q′ − q. */
const WITHIN = 1e-10;

/** A growth as small as this at a fixed point of slope 1 is a touch: the map meets the diagonal there without crossing it. */
const TOUCH = 2e-14;

/** Rounding makes as much of the growth where it vanishes nearly without a slope. */
const GROWTH_ROUNDING = 1e-12;

/** So many places between q0 and q* are looked at. */
const LOOKS = 6;

/**
 * Puts the fixed points of a variance map back into their equation: beside each of them q′ − q changes its sign, in the direction that its
 * stability says, and between q0 and q* it has the sign that leads there. `diverges` needs a φ that is not bounded.
 */
export function checkLimit(map: VarianceMap, q0: number, limit: VarianceLimit): VarianceLimit {
  const { status, q_star } = limit;
  const bad = limit.fixed_points.filter((point) => point.q > 0 && !isCrossing(map, point));
  const isKnown = !bad.some(({ q }) => q === q_star);
  const holds =
    isKnown &&
    (status !== 'diverges' || isEscaping(map)) &&
    (q_star === null || isReachedFrom(map, q0, q_star));
  const wrong = holds ? bad.find(({ q }) => Math.abs(growth(map, q).value) > GROWTH_ROUNDING) : bad[0];
  if (!holds || wrong) {
    const { activation, gain, bias } = map;
    const { name, description = name } = activation;
    reportFault('q_star', { activation: description, gain, bias, q0, status, q_star, wrong });
  }
  if (!holds) return { status: 'no_fixed_point', q_star: null, fixed_points: [] };
  if (bad.length === 0) return limit;
  // (others than q* that cannot be told to this precision are left out of the list)
  return { ...limit, fixed_points: limit.fixed_points.filter((point) => !bad.includes(point)) };
}

/** Whether the map meets the diagonal at a fixed point without crossing it, as far as rounding lets one see. */
function isTouching(map: VarianceMap, { q, chi_q }: FixedPoint): boolean {
  return Math.abs(chi_q - 1) < 1e-6 && Math.abs(growth(map, q).value) <= TOUCH;
}

function isCrossing(map: VarianceMap, point: FixedPoint): boolean {
  const [below, above] = [1 - WITHIN, 1 + WITHIN].map((side) => growth(map, point.q * side).value) as [
    number,
    number,
  ];
  // A slope below −1 repels, too.
  const attracts = point.stable || point.chi_q < 0;
  return (
    (attracts ? below > 0 && above < 0 : below < 0 && above > 0) || (!point.stable && isTouching(map, point))
  );
}

/** Whether the growth far away is not bounded to shrink. */
function isEscaping({ activation, gain }: VarianceMap): boolean {
  const [left, right] = activation.asymptote;
  return (gain * (left * left + right * right)) / 2 >= 1 - NEUTRAL;
}

/** Whether q moves from q0 to q* all the way; where the map falls in between it was followed layer by layer. */
function isReachedFrom(map: VarianceMap, q0: number, q_star: number): boolean {
  if (!grows(map.activation, q0, q_star)) return true;
  // (q* = 0 is approached over all orders of magnitude; the last of them are below every feature of φ)
  const end = Math.max(q_star, 1e-6 * q0, Number.MIN_VALUE);
  for (let k = 0; k < LOOKS; k++) {
    const q = end * (q0 / end) ** ((k + 0.5) / LOOKS);
    const { value } = growth(map, q);
    if (Math.abs(q / end - 1) > WITHIN && Math.abs(value) > TOUCH && value > 0 !== q_star > q) return false;
  }
  return true;
}

/** So many layers are followed to see where q settles. */
const LAYERS = 400;

/** So near to a stable fixed point, relative to it, q is in its basin. */
const REACHED = 1e-3;

/** A growth this small has no sign of its own: the middle of the interval between two fixed points tells which way q goes. */
const SIGNLESS = 1e-13;

/** Where q ends: at a fixed point, at infinity, or it is unknown where. */
export type End = FixedPoint | 'infinity' | undefined;

/**
 * Where q ends from q0. As long as the map rises between q and the fixed point ahead, q moves there and no further; where it falls on
 * the way, q is followed layer by layer.
 */
export function walk(map: VarianceMap, q0: number, points: readonly FixedPoint[]): End {
  let q = q0;
  for (let layer = 0; layer < LAYERS && q > 0 && q < Number.MAX_VALUE; layer++) {
    const near = points.find((point) => point.stable && Math.abs(q - point.q) <= REACHED * point.q);
    if (near) return near;
    const below = points.findLast((point) => point.q <= q);
    const above = points.find((point) => point.q > q);
    const up = isRising(map, q, below?.q, above?.q);
    const ahead = up ? above : below;
    if (grows(map.activation, q, ahead?.q ?? (up ? Number.POSITIVE_INFINITY : 0)))
      return ahead ?? (up ? 'infinity' : undefined);
    q = nextVariance(map, q);
  }
  return undefined;
}

/** Whether q grows in the interval between two neighbouring fixed points in which it lies. */
function isRising(map: VarianceMap, q: number, below = 0, above = Number.POSITIVE_INFINITY): boolean {
  const { value } = growth(map, q);
  if (Math.abs(value) > SIGNLESS) return value > 0;
  const low = below > 0 ? below : Math.min(1e-3 * above, q, 1);
  const high = above < Number.POSITIVE_INFINITY ? above : 1e3 * Math.max(low, 1);
  return growth(map, Math.sqrt(low) * Math.sqrt(high)).value > 0;
}
