import type { Activation } from '../activation.ts';
import { icLimit } from '../ic/ic.ts';
import type { Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { type DepthEstimate, type DepthLimits, estimateLimits } from '../trainable-depth/estimate.ts';
import { widthDepth } from '../trainable-depth/width.ts';
import { type AdviceInput, type Change, nearestChanges, recommendedNetwork } from './changes.ts';
import { type Recommendation, recommend } from './recommend.ts';

/** The depth limits of a network, and where the gradients of its width stray by a factor of e, see `widthDepth`; null where that is not known. */
export type Limits = Pick<DepthLimits, 'low' | 'high'> & { readonly width?: number | null };

/** Whether a depth can be trained. */
export type Judgement = {
  /** null where nothing can be recommended at this sigma_b2 */
  readonly recommended: Recommendation | null;
  readonly limits: Limits | null;
  /**
   * whether the depth wanted lies below `low`, between, or above `high`; also `doubtful` where the width does not carry it, and
   * `unknown` where the correlation sets no limit and gradients explode
   */
  readonly verdict: 'trainable' | 'doubtful' | 'not_trainable' | 'unknown';
};

/** What to do. */
export type Advice = Judgement & {
  /** changes to think of where the depth is not trainable */
  readonly changes: readonly Change[];
};

/**
 * Recommended variances for a network with dropout, how deep it can be and why not deeper, and what else would make the
 * wanted depth trainable: numbers from theory, to be calibrated by measurements. {@link judge} gives the first part, and
 * `nearestChanges` the second one by one.
 *
 * @param input see {@link AdviceInput}
 * @throws ParameterError for a depth that is not a whole number above 0, or options outside their ranges
 * @see the functions that it puts together
 * @example
 * const [activation, noise] = [readActivation({ activation: 'relu' }), readNoise({ technique: 'bernoulli', keep: 0.9 })];
 * advise({ activation, noise, depth: 50 }).verdict // 'not_trainable'
 */
export function advise(input: AdviceInput): Advice {
  const judgement = judge(input);
  const { recommended, verdict } = judgement;
  const changes = recommended === null || verdict === 'trainable' ? [] : nearestChanges(input, recommended);
  return { ...judgement, changes: [...changes] };
}

/**
 * Recommended variances for a network with dropout, how deep it can be, and whether the wanted depth is below that.
 *
 * @param input see {@link AdviceInput}
 * @throws ParameterError as {@link advise}
 * @see Schoenholz et al. 2017, "Deep information propagation": trainable while inputs are distinguishable
 * @example
 * const [activation, noise] = [readActivation({ activation: 'relu' }), readNoise({ technique: 'bernoulli', keep: 0.9 })];
 * judge({ activation, noise, depth: 50 }).limits.low.depth // 13.2023…
 */
export function judge(input: AdviceInput): Judgement {
  const { activation, noise, depth, fan_in, sigma_b2, batch_norm, estimate, width } = input;
  if (!(Number.isInteger(depth) && depth > 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number above 0.', { min: 1 });
  const recommended = recommend(activation.phi, noise.noise, { fan_in, sigma_b2, batch_norm });
  if (recommended === null) return { recommended, limits: null, verdict: 'unknown' };
  // Limits far beyond the wanted depth need not be known: they are null then.
  const max_layers = Math.max(100, Math.ceil((2 * depth) / (estimate?.multiplier ?? 1)));
  const network = recommendedNetwork(input, recommended);
  const limits: Limits = {
    ...estimateLimits(network, { max_layers, ...estimate }),
    ...(width !== undefined && { width: widthDepth(network, width) }),
  };
  if (limits.low.depth === null && hasExplodingGradients(activation.phi, noise.noise, recommended))
    return { recommended, limits, verdict: 'unknown' };
  const verdict = placeDepth(depth, limits);
  const carried = depth <= (limits.width ?? Number.POSITIVE_INFINITY);
  return { recommended, limits, verdict: verdict === 'trainable' && !carried ? 'doubtful' : verdict };
}

/**
 * Where a depth lies beside the limits of a network; a limit that is null lies beyond every depth.
 *
 * @param depth layers
 * @param limits see `estimateLimits`
 * @example placeDepth(20, { low: { depth: 13, limited_by: 'correlation' }, high: { depth: 27, limited_by: 'correlation' } }) // 'doubtful'
 */
export function placeDepth(
  depth: number,
  { low, high }: Pick<DepthLimits, 'low' | 'high'>,
): 'trainable' | 'doubtful' | 'not_trainable' {
  const within = ({ depth: limit }: DepthEstimate) => limit === null || depth <= limit;
  return within(low) ? 'trainable' : within(high) ? 'doubtful' : 'not_trainable';
}

/** How far above 1 chi_1 is no rounding. */
const ABOVE = 1e-9;

/** Whether the gradients of the recommended network explode, as they do in IC layers and may where q* = 1 is all that can be had. */
function hasExplodingGradients(
  activation: Activation,
  noise: Noise,
  { criterion, batch_norm, ...at }: Recommendation,
): boolean {
  if (criterion !== 'q* = 1') return false;
  const { sigma_w2, q_star } = at;
  const chi_1 = batch_norm
    ? icLimit(activation, { ...at, noise }).chi_1
    : sigma_w2 * noise.s2 * activation.moments(q_star ?? 1).slope2;
  return chi_1 > 1 + ABOVE;
}
