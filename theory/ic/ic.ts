import type { Activation } from '../activation.ts';
import { type Mask, maskCorrelation, type Noise } from '../noise.ts';
import { checkNotNegative } from '../parameter-error.ts';
import { sharedSquare } from '../trajectory/averages.ts';
import { averageNormalised } from './normalised.ts';

/** One layer: φ, batch normalisation, dropout, weights. */
export type IcLayer = {
  /** weight variance */
  readonly sigma_w2: number;
  /** bias variance */
  readonly sigma_b2: number;
  /** moments of the dropout, `TECHNIQUES.ic.noise({ keep })` */
  readonly noise: Noise;
  readonly mask?: Mask;
};

/** Where inputs stand at a layer. */
export type IcState = {
  /** variance of the pre-activations */
  readonly q: number;
  /** correlation of two generic inputs, the part that the normalisation will take away; below 1 */
  readonly c0: number;
  /** misalignments 1 − c of the pairs that are followed */
  readonly misalignments: readonly number[];
};

/** A state one layer on. */
export type IcStep = IcState & {
  /** factor of the squared gradient of one input back across that layer, at large batches */
  readonly chi_1: number;
};

/** Where a deep stack settles, from the second layer on. */
export type IcLimit = {
  readonly q_star: number;
  readonly c_star: number;
  readonly chi_1: number;
  readonly chi_aligned: number;
  readonly chi_c: number;
};

/**
 * One layer of a network with IC layers. The normalisation gives every unit second moment 1 over the batch, so that
 * q′ = sigma_w2 · s2 + sigma_b2 whatever q was, and q′ c′ = sigma_w2 E[s_a s_b] K(c) + sigma_b2 with the K of `normalised`; two
 * generic inputs have c₀′ = sigma_b2 / q′ at once. Large batches are assumed: gradients of batches of 64 grow a few per cent faster.
 *
 * @param activation φ
 * @param layer see {@link IcLayer}
 * @param state where the inputs stand before φ
 * @throws ParameterError for numbers that are negative or not finite, or a c0 that is not from 0 to below 1
 * @see Chen et al. 2019 (arXiv 1905.05928) for the layer; Yang et al. 2019, "A mean field theory of batch
 * normalization", for such maps
 * @example
 * icStep(relu, { sigma_w2: 2, sigma_b2: 0, noise: ic.noise({ keep: 0.95 }) }, { q: 1, c0: 0, misalignments: [0.2] })
 * // { q: 2.1052631578947367, c0: 0, misalignments: [0.2909…], chi_1: 3.0882… }
 */
export function icStep(activation: Activation, layer: IcLayer, state: IcState): IcStep {
  const { sigma_w2, sigma_b2, noise, mask = 'independent' } = layer;
  checkNotNegative({ sigma_w2, sigma_b2, q: state.q });
  const s12 = sharedSquare(noise, maskCorrelation(mask));
  const unshared = (1 - maskCorrelation(mask)) * noise.variance;
  const q = sigma_w2 * noise.s2 + sigma_b2;
  const { gain, at } = averageNormalised(activation, state.q, state.c0);
  return {
    q,
    c0: sigma_b2 / q,
    misalignments: state.misalignments.map((m) => (sigma_w2 * (unshared + s12 * at(m).lost)) / q),
    chi_1: sigma_w2 * noise.s2 * gain,
  };
}

/**
 * The fixed point of `icStep`. c* = sigma_b2 / q* is one exactly, and attracts: the slope there is at most E[s_a s_b] / s2,
 * that is keep with masks of their own. Correlations of c = 1 never hold: K′(1) ≥ 1. Without bias chi_1 = K′(1) for any
 * sigma_w2 and keep (relu: π / (π − 1) a layer): gradients of plain deep stacks explode, which residual connections mend.
 *
 * Slopes are NaN where biases are so large that they are not known, see `normalised`.
 *
 * @param activation φ, not constant
 * @param layer see {@link IcLayer}
 * @throws ParameterError for numbers that are negative or not finite
 * @see Chen et al. 2019 (arXiv 1905.05928) for the layer; Yang et al. 2019, "A mean field theory of batch
 * normalization", for the explosion of gradients
 * @example
 * icLimit(relu, { sigma_w2: 2, sigma_b2: 0, noise: ic.noise({ keep: 0.95 }) })
 * // { q_star: 2.1052631578947367, c_star: 0, chi_1: 1.4669…, chi_aligned: 1.3935…, chi_c: 0.6967… }
 */
export function icLimit(activation: Activation, layer: IcLayer): IcLimit {
  const { sigma_w2, sigma_b2, noise, mask = 'independent' } = layer;
  checkNotNegative({ sigma_w2, sigma_b2 });
  const { q_star: q, c_star } = icVariances({ sigma_w2, sigma_b2, noise });
  if (sigma_w2 === 0) return { q_star: q, c_star: 1, chi_1: 0, chi_aligned: 0, chi_c: 0 };
  const { gain, at } = averageNormalised(activation, q, c_star);
  const weight = (sigma_w2 * sharedSquare(noise, maskCorrelation(mask))) / q;
  return {
    q_star: q,
    c_star,
    chi_1: sigma_w2 * noise.s2 * gain,
    chi_aligned: weight * at(0).slope,
    chi_c: weight * at(1 - c_star).slope,
  };
}

/**
 * What of the limit needs no averages: every layer has this variance, and inputs have nothing in common but the biases.
 *
 * @param layer see {@link IcLayer}
 * @example icVariances({ sigma_w2: 1, sigma_b2: 1, noise: NO_NOISE }) // { q_star: 2, c_star: 0.5 }
 */
export function icVariances({
  sigma_w2,
  sigma_b2,
  noise,
}: Pick<IcLayer, 'sigma_w2' | 'sigma_b2' | 'noise'>): Pick<IcLimit, 'q_star' | 'c_star'> {
  const q_star = sigma_w2 * noise.s2 + sigma_b2;
  return { q_star, c_star: sigma_b2 / q_star };
}

/**
 * How evaluation shifts a plain stack without bias: the second moments, unit-averaged, of the normalised activations of
 * layers 1, 2, … when the dropout is off and the running statistics are those of training with it on (where they are 1).
 *
 * @param activation φ
 * @param sigma_w2 weight variance
 * @param noise moments of the dropout
 * @param layers how many values
 * @throws ParameterError for numbers that are negative or not finite
 * @see Li et al. 2019, "Understanding the disharmony between dropout and batch normalization by variance shift"
 * @example icEvaluation(relu, 2, ic.noise({ keep: 0.8 }), 3) // [0.8052…, 0.6623…, 0.5644…]
 */
export function icEvaluation(
  activation: Activation,
  sigma_w2: number,
  noise: Noise,
  layers: number,
): number[] {
  checkNotNegative({ sigma_w2, layers });
  const q = sigma_w2 * noise.s2;
  const trained = activation.moments(q);
  const mean = trained.lift * q;
  const squares: number[] = [];
  for (let l = 0, s = 1; l < layers; l++) {
    const now = sigma_w2 * s;
    const { variance, lift } = activation.moments(now);
    s = (variance * now + (lift * now - mean) ** 2) / (trained.variance * q);
    squares.push(s);
  }
  return squares;
}
