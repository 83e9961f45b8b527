import type { Activation } from './activation.ts';
import { poleRoot } from './roots.ts';

/** Where the variance map q′ = gain · E[φ²] + bias leads. */
export type VarianceLimit =
  | { readonly status: 'ok'; readonly q_star: number }
  | { readonly status: 'collapses'; readonly q_star: 0 }
  | { readonly status: 'neutral' | 'diverges'; readonly q_star: null };

/** How near to 1 the slope of a linear variance map counts as 1. */
export const NEUTRAL = 1e-12;

/**
 * The stable fixed point of the variance map q′ = gain · E[φ(√q z)²] + bias. For the activations so far E[φ²]/q is
 * constant (homogeneous φ) or falls with q (tanh, erf: φ(x)²/x² does), so that there is at most one positive fixed point
 * and it is reached from every positive q; an activation with several will need the q to start from.
 *
 * @param activation φ
 * @param gain sigma_w2 · s2, not negative
 * @param bias sigma_b2, not negative
 * @see Poole et al. 2016 and Schoenholz et al. 2017 (the length or variance map); Pretorius et al. 2018 (with noise)
 * @example varianceLimit(relu, 1, 0.1) // { status: 'ok', q_star: 0.2 }
 */
export function varianceLimit(activation: Activation, gain: number, bias: number): VarianceLimit {
  const excess = gain * activation.slope_at_zero2 - 1;
  return activation.homogeneous ? linearLimit(excess, bias) : saturatingLimit(activation, gain, bias, excess);
}

function linearLimit(excess: number, bias: number): VarianceLimit {
  if (bias === 0 && Math.abs(excess) <= NEUTRAL) return { status: 'neutral', q_star: null };
  if (excess >= 0) return { status: 'diverges', q_star: null };
  return bias === 0 ? { status: 'collapses', q_star: 0 } : { status: 'ok', q_star: bias / -excess };
}

function saturatingLimit(activation: Activation, gain: number, bias: number, excess: number): VarianceLimit {
  if (bias === 0 && excess <= 0) return { status: 'collapses', q_star: 0 };
  if (gain === 0) return { status: 'ok', q_star: bias };
  // The first guess is the fixed point for E[φ²] = κq / (1 + κq), which has the right slope at 0 and limit 1.
  const kappa = activation.slope_at_zero2;
  const level = excess + bias * kappa;
  const root = Math.sqrt(level * level + 4 * kappa * bias);
  const guess = level > 0 ? (level + root) / (2 * kappa) : (2 * bias) / (root - level);
  const q_star = poleRoot(
    bias,
    (q) => {
      const { ratio, shortfall, radial } = activation.moments(q);
      // gain · ratio − 1 in two forms: near a threshold the first keeps the digits of a small excess, far above it
      // the second does. Likewise the slope: for small q the chord to q = 0 is as good and does not cancel.
      const value = shortfall < kappa / 2 ? excess - gain * shortfall : gain * ratio - 1;
      const slope = (q < 1e-5 ? -shortfall : radial - ratio) * (gain / q);
      return { value, slope };
    },
    guess,
  );
  return { status: 'ok', q_star };
}
