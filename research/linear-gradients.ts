import {
  dropoutMoments,
  type PairNoise,
  pairNoise,
  type QuarticNoise,
} from '../theory/gradients/quartics.ts';
import { wideGradients } from '../theory/gradients/wide-output.ts';
import { checkCorrelation, checkNotNegative, ParameterError } from '../theory/parameter-error.ts';

/** Second moments of the gradients δ_a, δ_b of two inputs at one layer. */
export type SecondMoments = {
  /** E |δ_a|⁴ */
  readonly S: number;
  /** E |δ_a|² |δ_b|² */
  readonly A: number;
  /** E ⟨δ_a, δ_b⟩² */
  readonly B: number;
};

/** One layer of a linear network, as gradients meet it on their way back. */
export type LinearLayer = {
  /** weight variance: weights are N(0, sigma_w2 / width) */
  readonly sigma_w2: number;
  readonly noise: QuarticNoise;
  readonly mask?: 'independent' | 'shared';
  /** number N of units of the layer whose gradients are asked for, the fan-in of the weights above it */
  readonly width: number;
};

/**
 * The second moments one layer further back in a linear network, exact at any width, with the same weights forward and
 * backward: for a fixed read-out the weights above a layer are independent of what lies below, so that nothing is assumed.
 *
 * S′ = sigma_w⁴ s2² [1 + (3 s4/s2² − 1)/N] S,
 * A′ = sigma_w⁴ [s22 (A + 2B)/N + s2² (1 − 1/N) A], B′ = sigma_w⁴ [s22 (A + 2B)/N + s11² (1 − 1/N) B]
 * with s11 = E[s_a s_b], s22 = E[s_a² s_b²]; for dropout with own masks s22 = 1/keep², s11 = 1, s4/s2² = 1/keep.
 *
 * @see derived here: docs/theory.md; the setting is the linear dropout network of Huang et al. 2019
 * @example linearStep({ S: 1, A: 1, B: 0 }, { sigma_w2: 1, noise: dropoutMoments(0.5), width: 2 }) // { S: 14, A: 4, B: 2 }
 */
export function linearStep(moments: SecondMoments, layer: LinearLayer): SecondMoments {
  const { sigma_w2, noise, mask = 'independent', width: N } = layer;
  if (!(Number.isInteger(N) && N > 0))
    throw new ParameterError('width', 'out_of_range', 'width must be a whole number above 0.', { min: 1 });
  checkNotNegative({ sigma_w2 });
  const { S, A, B } = moments;
  const { s11, s22 }: PairNoise = pairNoise(noise, mask);
  const { s2, s4 } = noise;
  const square = sigma_w2 * sigma_w2;
  const own = (s22 * (A + 2 * B)) / N;
  return {
    S: square * (s2 * s2 + (3 * s4 - s2 * s2) / N) * S,
    A: square * (own + s2 * s2 * (1 - 1 / N) * A),
    B: square * (own + s11 * s11 * (1 - 1 / N) * B),
  };
}

/** Means and second moments of the gradients so many layers below the read-out, in units of |δ^L|² and its square. */
export type LinearGradients = SecondMoments & {
  /** layers below the read-out */
  readonly K: number;
  /** E |δ_a|² */
  readonly single: number;
  /** E ⟨δ_a, δ_b⟩ */
  readonly pair: number;
};

/**
 * The gradients of two inputs in a linear network with a fixed read-out, layer by layer downwards: the means, which
 * decay with xi_1 and xi_2, and the second moments, all of which finally decay with xi_1.
 *
 * @see derived here: docs/theory.md; Huang et al. 2019 for the question
 * @example linearGradients([{ sigma_w2: 0.9, noise: dropoutMoments(0.9), width: 100 }])[1].pair // 0.9
 */
export function linearGradients(layers: readonly LinearLayer[], cosine = 1): LinearGradients[] {
  checkCorrelation({ cosine });
  const rows: LinearGradients[] = [{ K: 0, single: 1, pair: cosine, S: 1, A: 1, B: cosine * cosine }];
  for (const layer of layers) {
    const above = rows[rows.length - 1] as LinearGradients;
    rows.push({
      K: above.K + 1,
      single: above.single * layer.sigma_w2 * layer.noise.s2,
      pair: above.pair * layer.sigma_w2 * pairNoise(layer.noise, layer.mask ?? 'independent').s11,
      ...linearStep(above, layer),
    });
  }
  return rows;
}

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

function solveLinear({ sigma_w2, sigma_b2, keep }: LinearDropout, K: number) {
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
 * @see Huang et al. 2019, figure 2 and its public code
 * @example publishedMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0).g_ab // 4 · 0.2² = 0.16
 */
export function publishedMetrics(network: LinearDropout, K: number): WeightMetrics {
  const { s2, q, q_ab } = solveLinear(network, K);
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
 * @see derived here: docs/theory.md
 * @example wideMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0).g_aa // 4 q*² / 0.8 = 0.3555…
 */
export function wideMetrics(network: LinearDropout, K: number): WeightMetrics {
  const { s2, q, q_ab } = solveLinear(network, K);
  const { sigma_w2, sigma_b2, keep } = network;
  const { single, pair } = wideGradients({ sigma_w2, sigma_b2, noise: dropoutMoments(keep) }, K, { q, q_ab });
  return { g_aa: 4 * single * s2 * q, g_ab: 4 * pair * q_ab };
}
