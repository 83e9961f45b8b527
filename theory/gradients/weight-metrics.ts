import { ParameterError } from '../parameter-error.ts';
import { dropoutMoments } from './noise.ts';
import { wideGradients } from './wide-output.ts';

/** Averages over the entries of one weight matrix, for the loss |z^L|². */
export type WeightMetrics = {
  /** mean of (dE_a/dW)² */
  readonly g_aa: number;
  /** mean of (dE_a/dW)(dE_b/dW) */
  readonly g_ab: number;
};

/** The linear network of the published figure. */
export type LinearDropout = {
  /** weight variance */
  readonly sigma_w2: number;
  /** bias variance */
  readonly sigma_b2: number;
  /** probability that a unit is kept; every input has its own masks */
  readonly keep: number;
};

function checked({ sigma_w2, sigma_b2, keep }: LinearDropout, K: number) {
  const { s2 } = dropoutMoments(keep);
  if (!(sigma_b2 >= 0 && sigma_w2 >= 0 && sigma_w2 * s2 < 1))
    throw new ParameterError(
      sigma_b2 >= 0 ? 'sigma_w2' : 'sigma_b2',
      'out_of_range',
      'sigma_b2 and sigma_w2 must not be negative, and sigma_w2 / keep must be below 1.',
      { min: 0 },
    );
  if (!(Number.isInteger(K) && K >= 0))
    throw new ParameterError('K', 'out_of_range', 'K must be a whole number, 0 or more.', { min: 0 });
  return { s2, q: sigma_b2 / (1 - sigma_w2 * s2), q_ab: sigma_b2 / (1 - sigma_w2) };
}

/**
 * The published prediction for a deep linear dropout network at its fixed point with loss |z^L|²:
 * g_aa = 4 (q* / keep)² (sigma_w2/keep)^K Σ_{m≤K} (sigma_w2/keep)^m,
 * g_ab = 4 q_ab*² sigma_w2^K Σ_{m≤K} (sigma_w2/keep²)^m, with K layers above the weights.
 *
 * @param network weights, biases, keep; sigma_w2 / keep < 1
 * @param K layers above
 * @throws ParameterError for numbers out of range
 * @see Huang et al. 2019, figure 2 and its public code
 * @example publishedMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0).g_ab // 4 · 0.2² = 0.16
 */
export function publishedMetrics(network: LinearDropout, K: number): WeightMetrics {
  const { s2, q, q_ab } = checked(network, K);
  const { sigma_w2 } = network;
  const partial = (x: number) => {
    let sum = 0;
    for (let m = 0; m <= K; m++) sum = sum * x + 1;
    return sum;
  };
  return {
    g_aa: 4 * (q * s2) ** 2 * (sigma_w2 * s2) ** K * partial(sigma_w2 * s2),
    g_ab: 4 * q_ab ** 2 * sigma_w2 ** K * partial(sigma_w2 * s2 * s2),
  };
}

/**
 * The same averages as they come out for N → ∞: g_ab agrees with {@link publishedMetrics}, and in g_aa the sum begins
 * with keep in place of 1, g_aa = 4 q*² keep^−2 (sigma_w2/keep)^K [keep + Σ_{1≤m≤K} (sigma_w2/keep)^m], since at the
 * last weights only the unit below is masked. The difference is a factor keep at K = 0 and small at large K.
 *
 * @param network weights, biases, keep; sigma_w2 / keep < 1
 * @param K layers above
 * @throws ParameterError for numbers out of range
 * @see derived here: docs/theory.md
 * @example wideMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0).g_aa // 4 q*² / 0.8 = 0.3555…
 */
export function wideMetrics(network: LinearDropout, K: number): WeightMetrics {
  const { s2, q, q_ab } = checked(network, K);
  const { sigma_w2, sigma_b2, keep } = network;
  const { single, pair } = wideGradients({ sigma_w2, sigma_b2, noise: dropoutMoments(keep) }, K, { q, q_ab });
  return { g_aa: 4 * single * s2 * q, g_ab: 4 * pair * q_ab };
}
