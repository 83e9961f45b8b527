import type { Activation } from '../activation.ts';
import type { Noise } from '../noise.ts';
import { EPSILON } from '../trainable-depth/contrast.ts';
import { type DepthEstimate, type EstimateOptions, estimateDepths } from '../trainable-depth/estimate.ts';
import { widthDepth } from '../trainable-depth/width.ts';
import type { Recommendation } from './recommend.ts';

/** The deepest network: `low` is the cautious limit, between it and `high` training is slow and chancy. */
export type Limits = {
  readonly low: DepthEstimate;
  readonly high: DepthEstimate;
  /** where gradients of the given width stray by a factor of e, see `widthDepth`; null where that is not known */
  readonly width?: number | null;
};

/**
 * The two depth limits of a network with the given variances: where c_same − c_diff has fallen to what 6 and 12 xi_2
 * leave of it.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param variances as recommended, or others; `maps` for IC layers
 * @param estimate data and calibration
 * @param width units of every layer, for the third limit; the noise then needs s3 and s4
 * @throws ParameterError for options outside their ranges
 * @see Schoenholz et al. 2017 (6 xi); the public code of Huang et al. 2019 (12 xi_2)
 * @example depthLimits(relu, { s1: 1, s2: 1 / 0.9, variance: 1 / 9 }, { sigma_w2: 1.8, sigma_b2: 0, q_star: null }).low.depth // 13.202358475547
 */
export function depthLimits(
  activation: Activation,
  noise: Noise,
  { sigma_w2, sigma_b2, q_star, maps }: Pick<Recommendation, 'sigma_w2' | 'sigma_b2' | 'q_star' | 'maps'>,
  estimate: Omit<EstimateOptions, 'epsilon'> = {},
  width?: number,
): Limits {
  const layer = { sigma_w2, sigma_b2, noise, ...(maps && { maps }) };
  const options = { ...(q_star ? { q0: q_star } : {}), ...estimate };
  const [low, high] = estimateDepths(activation, layer, [EPSILON.low, EPSILON.high], options);
  return {
    low: low as DepthEstimate,
    high: high as DepthEstimate,
    ...(width !== undefined && { width: widthDepth(activation, layer, width, options.q0) }),
  };
}
