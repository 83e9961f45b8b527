import type { Activation } from '../activation.ts';
import type { Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { noisyQuartics, type QuarticNoise, quartics } from './quartics.ts';

/** What makes gradients of wide networks spread, per layer and in units of 1/N. */
export type GradientSpread = {
  /** the growth of Var(ln g) per layer, times N: k4 + 2 s C/(1 − chi_q) + s² U/(1 − chi_q)² */
  readonly V: number;
  /** from the weights and the noise of the layer itself: 3 s4 E[φ′⁴]/(s2 E[φ′²])² − 1 */
  readonly k4: number;
  /** C: how q of the next layers goes along with the squared gradient of this one */
  readonly C: number;
  /** U: N times the variance of q that one layer adds */
  readonly U: number;
  /** s: d ln E[φ′²] / dq */
  readonly s: number;
};

/** A layer at its fixed point. */
export type SpreadInput = {
  /** weight variance */
  readonly sigma_w2: number;
  /** variance of the pre-activations: q* */
  readonly q: number;
  /** slope of the variance map at q, of magnitude below 1 unless E[φ′²] does not depend on q (linear, relu) */
  readonly chi_q: number;
  readonly noise: QuarticNoise;
};

/** V from its parts. */
export function combineSpread(k4: number, C: number, U: number, s: number, chi_q: number): GradientSpread {
  // (where E[φ′²] does not depend on q, its fluctuations do not matter even if they have no limit)
  if (Math.abs(s) < 1e-13) return { V: k4, k4, C, U, s: 0 };
  if (!(Math.abs(chi_q) < 1))
    throw new ParameterError('chi_q', 'out_of_range', 'chi_q must lie between −1 and 1.', {
      min: -1,
      max: 1,
    });
  const answer = s / (1 - chi_q);
  return { V: k4 + 2 * answer * C + answer * answer * U, k4, C, U, s };
}

/**
 * V: how fast the single-input gradient g = |δ|²/N spreads over networks and masks, Var(ln g) = V K/N after K layers.
 * linear: 3/keep − 1, relu: 6/keep − 1. To leading order in 1/N, at the fixed point.
 *
 * @param activation φ
 * @param input weights, q*, chi_q, noise
 * @throws ParameterError for q not positive, or chi_q outside (−1, 1) where it matters
 * @see derived here: docs/theory.md; the law it explains is the variance–mean universality of Huang et al. 2019
 * @example gradientSpread(relu, { sigma_w2: 1.8, q: 1, chi_q: 1, noise: dropoutMoments(0.9) }).V // 5.6666…
 */
export function gradientSpread(
  activation: Activation,
  input: Omit<SpreadInput, 'noise'> & { readonly noise: Noise & { readonly s4: number } },
): GradientSpread {
  const { sigma_w2, q, chi_q, noise } = input;
  const { s2, s4 } = noise;
  const one = quartics(activation, q);
  const { slope2, slope4, stiffening } = one;
  const { square, fourth, mixed } = noisyQuartics(one, noise);
  const k4 = (3 * s4 * slope4) / (s2 * slope2) ** 2 - 1;
  const C = sigma_w2 * (mixed / (s2 * slope2) - square);
  const U = sigma_w2 * sigma_w2 * (fourth - square * square);
  return combineSpread(k4, C, U, stiffening, chi_q);
}

/** A place in the plane of variance against mean. */
export type VarianceMean = {
  /** Var(g) / E(g)² */
  readonly relative_variance: number;
  /** E(ln g) − ln E(g): how far below the mean a typical network lies */
  readonly typical: number;
  /** slope of ln Var(g) against ln E(g) along the depth; null for chi_1 = 1, where the mean does not move */
  readonly slope: number | null;
};

/**
 * The variance–mean law of the single-input gradient: g is log-normal, Var(g)/E(g)² = (1 + v) exp(V K/N) − 1, so that along
 * the depth ln Var against ln E has slope 2 + 1/(K ln chi_1) while K ≪ N/V (2 − 1/(K |ln chi_1|) for vanishing
 * gradients): it tends to 2, the published exponent.
 *
 * @param V see {@link gradientSpread}
 * @param at K layers below the read-out, `width` N, chi_1, and `initial`, the relative variance v at the read-out, 0 by default
 * @throws ParameterError for numbers out of range
 * @see derived here: docs/theory.md; Huang et al. 2019, figures 4 and 5 ("power coefficient consistent with 2")
 * @example varianceMean(2, { K: 10, width: 1e6, chi_1: 0.9 }).slope // 1.0508…
 */
export function varianceMean(
  V: number,
  at: { readonly K: number; readonly width: number; readonly chi_1: number; readonly initial?: number },
): VarianceMean {
  const { K, width, chi_1, initial = 0 } = at;
  if (!(K >= 0 && width > 0 && chi_1 > 0 && initial >= 0))
    throw new ParameterError(
      !(K >= 0) ? 'K' : !(width > 0) ? 'width' : chi_1 > 0 ? 'initial' : 'chi_1',
      'out_of_range',
      'K and initial must not be negative, width and chi_1 must be positive.',
      { min: 0 },
    );
  const log = (V * K) / width + Math.log1p(initial);
  const relative_variance = Math.expm1(log);
  const rate = Math.log(chi_1);
  const growth = (V / width) * (1 + 1 / relative_variance); // d ln(relative variance) / dK
  const slope = rate === 0 || relative_variance === 0 ? null : 2 + growth / rate;
  return { relative_variance, typical: -log / 2, slope };
}
