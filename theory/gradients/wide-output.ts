import { checkNotNegative, ParameterError } from '../parameter-error.ts';
import { pairNoise, type QuarticNoise } from './quartics.ts';

/** A wide linear network with the quadratic output E = |z^L|²/2, so that the weights are met forward and backward. */
export type WideLinear = {
  /** weight variance: weights are N(0, sigma_w2 / width) */
  readonly sigma_w2: number;
  /** bias variance of every layer; 0 by default */
  readonly sigma_b2?: number;
  readonly noise: QuarticNoise;
  readonly mask?: 'independent' | 'shared';
};

/** Gradients at one layer, per unit of the layer. */
export type WideGradients = {
  /** layers between this one and the output */
  readonly K: number;
  /** E |δ_a|² / N */
  readonly single: number;
  /** E ⟨δ_a, δ_b⟩ / N */
  readonly pair: number;
};

/**
 * The mean gradients K layers below a wide quadratic output, with the same weights forward and backward, for N → ∞.
 * Without bias, in units of the layer's own q and q_ab,
 *
 *   single (sigma_w2 s2)^{2K} (1 + K s4/s2²),
 *   pair   sigma_w2^{2K} Σ_{m ≤ K} s2^{2m} s1^{4(K−m)}   (own masks)
 *
 * where independent backward weights would give (sigma_w2 s2)^{2K} and (sigma_w2 s1²)^{2K}. So the pair's gradient decays
 * like the single one's: both with xi_1. A bias of a layer adds what passes the weights above it twice and those below it once.
 *
 * @param network weights, biases, noise
 * @param K layers between the layer and the output, a whole number
 * @param start q and q_ab of the pre-activations at the layer; 1 and 1 by default
 * @throws ParameterError for K that is not a whole number, 0 or more, and sigma_w2 or sigma_b2 negative
 * @see derived here: docs/theory.md, from E_W[WᵀW X WᵀW] = sigma_w⁴ (X + tr(X)/N); Huang et al. 2019 for the question
 * @example wideGradients({ sigma_w2: 0.9, noise: dropoutMoments(0.8) }, 3).pair // 4.686567470947267
 */
export function wideGradients(
  network: WideLinear,
  K: number,
  { q = 1, q_ab = 1 }: { readonly q?: number; readonly q_ab?: number } = {},
): WideGradients {
  const { sigma_w2, sigma_b2 = 0, noise, mask = 'independent' } = network;
  if (!(Number.isInteger(K) && K >= 0))
    throw new ParameterError('K', 'out_of_range', 'K must be a whole number, 0 or more.', { min: 0 });
  checkNotNegative({ sigma_w2, sigma_b2 });
  const { s2, s4 } = noise;
  const { s11, s22 } = pairNoise(noise, mask);
  return {
    K,
    single: accumulate(K, { weight: sigma_w2, s2, s11: s2, s22: s4 }, sigma_b2, q),
    pair: accumulate(K, { weight: sigma_w2, s2, s11, s22 }, sigma_b2, q_ab),
  };
}

type Factors = { weight: number; s2: number; s11: number; s22: number };

/**
 * Σ_j T_j · once^{K−j} · β_j, where β_K = q and else the bias variance, once = sigma_w2 s11, and T_j = ⟨z, M_aᵀM_a M_bᵀM_b z⟩
 * through j layers: T_{j+1} = sigma_w⁴ [s2² T_j + (s22 − s2² + s11²) once^{2j}].
 */
function accumulate(K: number, { weight, s2, s11, s22 }: Factors, sigma_b2: number, q: number): number {
  const once = weight * s11;
  let [twice, total] = [1, 0];
  for (let j = 0; j < K; j++) {
    total = (total + twice * sigma_b2) * once;
    twice = weight * weight * (s2 * s2 * twice + (s22 - s2 * s2 + s11 * s11) * once ** (2 * j));
  }
  return total + twice * q;
}
