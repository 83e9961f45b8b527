import type { Activation } from './activation.ts';
import { poleRoot } from './roots.ts';
import { checkLimit } from './variance-check.ts';
import { excess, type FixedPoint, NEUTRAL, type VarianceMap } from './variance-map.ts';
import { scanned } from './variance-scan.ts';
import { walk } from './variance-walk.ts';

/** Where the variance map q′ = gain · E[φ²] + bias leads, and all its fixed points in rising order. */
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
  if (activation.homogeneous) return linearLimit(excess(map), bias);
  if (gain === 0) return bias === 0 ? single('collapses', 0, 0) : single('ok', bias, 0);
  // (between kinks away from 0 a φ may be linear, and E[φ²]/q then falls too late to be convex)
  const { parity, asymptote, kinks } = activation;
  const saturating = parity === 'odd' && asymptote[1] === 0 && kinks.every((kink) => kink === 0);
  const limit = saturating ? saturatingLimit(map) : reached(map, q0, scanned(activation, gain, bias));
  return checkLimit(map, q0, limit);
}

/** A map with one fixed point, which is stable. */
function single(status: 'ok' | 'collapses', q: number, chi_q: number): VarianceLimit {
  const fixed_points = [{ q, chi_q, stable: true }];
  return status === 'ok' ? { status, q_star: q, fixed_points } : { status, q_star: 0, fixed_points };
}

function linearLimit(over: number, bias: number): VarianceLimit {
  const slope = over + 1;
  if (bias === 0 && over === 0) return { status: 'neutral', q_star: null, fixed_points: [] };
  if (over >= 0) {
    const zero = { q: 0, chi_q: slope, stable: false };
    return { status: 'diverges', q_star: null, fixed_points: bias === 0 ? [zero] : [] };
  }
  return bias === 0 ? single('collapses', 0, slope) : single('ok', bias / -over, slope);
}

function saturatingLimit(map: VarianceMap): VarianceLimit {
  const { activation, gain, bias } = map;
  const over = excess(map);
  if (bias === 0 && over <= 0) return single('collapses', 0, over + 1);
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
function reached(map: VarianceMap, q0: number, fixed_points: readonly FixedPoint[]): VarianceLimit {
  const { activation, gain } = map;
  const [left, right] = activation.asymptote;
  const escapes = (gain * (left * left + right * right)) / 2 > 1 + NEUTRAL;
  const attractors = fixed_points.filter(({ stable }) => stable).length + (escapes ? 1 : 0);
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
