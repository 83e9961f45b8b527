import type { Activation } from '../activation.ts';
import { type UnequalPair, unequalPair } from '../pairs/unequal.ts';
import { ParameterError } from '../parameter-error.ts';
import { type NoisyAverages, noisyAverages, sharedShifts, sharedSquare, twoInputs } from './averages.ts';
import { clampVariance, type Layer } from './layer.ts';

/** Two inputs that have variances of their own. */
export type UnequalState = {
  readonly q: number;
  readonly q_b: number;
  /** misalignment 1 − c */
  readonly misalignment: number;
};

/** A state one layer on, and the factors of the squared gradients and of their product back across that layer. */
export type UnequalStep = UnequalState & {
  readonly chi_1: number;
  readonly chi_1_b: number;
  readonly chi_c: number;
};

/** Variances this near to each other are one. */
const ONE = 1e-14;

/** What one layer makes of one input: q′, q′/q, and the averages that led there. */
type Own = {
  readonly next: number;
  readonly growth: number;
  readonly at: number;
  readonly one: NoisyAverages;
};

/**
 * One layer of two inputs whose variances differ: each has the variance map of its own, and
 * q_ab′ = a² q_ab + b² (sigma_w2 E[(s_a φ_a + t_a)(s_b φ_b + t_b)] + sigma_b2) with the averages of `unequalPair`. Where the two
 * variances have become one, so have the averages.
 *
 * @param activation φ of the layers that have none of their own
 * @returns the step
 * @throws ParameterError for IC layers: their normalisation is that of a batch of inputs of one variance
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos" (both variances
 * enter the correlation map); Schoenholz et al. 2017 (with dropout)
 * @example unequalStep(relu)({ q: 1, q_b: 4, misalignment: 0 }, { sigma_w2: 2, sigma_b2: 0, noise: NO_NOISE }).q_b // 4
 */
export function unequalStep(activation: Activation): (state: UnequalState, layer: Layer) => UnequalStep {
  return (state, layer) => {
    if (layer.batch_norm)
      throw new ParameterError(
        'q0_b',
        'not_applicable',
        'An IC layer takes inputs of one variance: leave q0_b out.',
      );
    const { sigma_w2, sigma_b2, noise, mask_correlation: correlation = 0, carry = 0, branch = 1 } = layer;
    const phi = layer.activation ?? activation;
    const weight = branch * sigma_w2;
    const s12 = sharedSquare(noise, correlation);
    const [size_a, size_b] = [state.q, state.q_b].map((q) =>
      Math.min(Math.max(q, Number.MIN_VALUE), Number.MAX_VALUE),
    ) as [number, number];
    const own = (size: number): Own => {
      const at = clampVariance(size, phi);
      const one = noisyAverages(phi, at, noise, correlation);
      const multiplied = carry + weight * one.square;
      const next = multiplied * size + branch * sigma_b2;
      return { next, growth: next > 0 && Number.isFinite(next) ? next / size : multiplied, at, one };
    };
    const [a, b] = [own(size_a), own(size_b)];
    const { misalignment } = state;
    const factors = (slope: number) => ({
      chi_1: carry + weight * noise.s2 * a.one.slope2,
      chi_1_b: carry + weight * noise.s2 * b.one.slope2,
      chi_c: carry + weight * s12 * slope,
    });
    const both = { q: a.next, q_b: b.next };
    if (Math.abs(a.at - b.at) <= ONE * a.at) {
      const { gap, slope, gradient = slope } = twoInputs(phi, a.at)(misalignment);
      const kept = carry * misalignment + weight * (a.one.unshared + s12 * gap);
      return { ...both, misalignment: a.growth > 0 ? kept / a.growth : misalignment, ...factors(gradient) };
    }
    const pair = unequalPair(phi, a.at, b.at)(misalignment);
    const product =
      s12 * addLevels(phi, a.at, b.at, pair) +
      averageShifts(phi, a.at, b.at, sharedShifts(noise, correlation));
    const bias = (branch * sigma_b2) / (Math.sqrt(size_a) * Math.sqrt(size_b));
    const scale = Math.sqrt(a.growth) * Math.sqrt(b.growth);
    const c = (carry * (1 - misalignment) + weight * product + bias) / scale;
    return {
      ...both,
      misalignment: scale > 0 ? 1 - Math.min(Math.max(c, -1), 1) : misalignment,
      ...factors(pair.slope),
    };
  };
}

/** (E[φ_a] − φ(0)) + (E[φ_b] − φ(0)). */
const averageLifts = (phi: Activation, q_a: number, q_b: number) =>
  q_a * phi.moments(q_a).lift + q_b * phi.moments(q_b).lift;

/** E[φ_a φ_b] / √(q_a q_b). */
function addLevels(phi: Activation, q_a: number, q_b: number, { overlap }: UnequalPair): number {
  const { level } = phi;
  if (level === 0) return overlap;
  return overlap + (level * (level + averageLifts(phi, q_a, q_b))) / (Math.sqrt(q_a) * Math.sqrt(q_b));
}

/** What noise that shifts adds to it. */
function averageShifts(
  phi: Activation,
  q_a: number,
  q_b: number,
  { st, tt }: { st: number; tt: number },
): number {
  if (st === 0 && tt === 0) return 0;
  return (st * (2 * phi.level + averageLifts(phi, q_a, q_b)) + tt) / (Math.sqrt(q_a) * Math.sqrt(q_b));
}
