import type { Activation } from '../activation.ts';
import { icLimit } from '../ic/ic.ts';
import type { Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import type { DepthEstimate } from '../trainable-depth/estimate.ts';
import { type Change, nearestChanges } from './changes.ts';
import { depthLimits, type Limits } from './limits.ts';
import type { AdviceInput } from './question.ts';
import { type Recommendation, recommend } from './recommend.ts';

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
 * @throws ParameterError for a keep outside (0, 1], a depth that is not a whole number above 0, or options outside their ranges
 * @see the functions that it puts together
 * @example advise({ activation: relu, noise: bernoulli.noise, keep: 0.9, depth: 50 }).verdict // 'not_trainable'
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
 * @example judge({ activation: relu, noise: bernoulli.noise, keep: 0.9, depth: 50 }).limits.low.depth // 13.2
 */
export function judge(input: AdviceInput): Judgement {
  const { activation, noise, keep, depth, fan_in, sigma_b2, maps, estimate, width } = input;
  if (!(keep > 0 && keep <= 1))
    throw new ParameterError('keep', 'out_of_range', 'keep must be above 0 and at most 1.', {
      min: 0,
      max: 1,
    });
  if (!(Number.isInteger(depth) && depth > 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number above 0.', { min: 1 });
  const recommended = recommend(activation, noise({ keep }), { fan_in, sigma_b2, maps });
  if (recommended === null) return { recommended, limits: null, verdict: 'unknown' };
  // Limits far beyond the wanted depth need not be known: they are null then.
  const max_layers = Math.max(100, Math.ceil((2 * depth) / (estimate?.multiplier ?? 1)));
  const limits = depthLimits(activation, noise({ keep }), recommended, { max_layers, ...estimate }, width);
  if (limits.low.depth === null && explodes(activation, noise({ keep }), recommended))
    return { recommended, limits, verdict: 'unknown' };
  const within = ({ depth: limit }: DepthEstimate) => limit === null || depth <= limit;
  const carried = depth <= (limits.width ?? Number.POSITIVE_INFINITY);
  const verdict =
    within(limits.low) && carried ? 'trainable' : within(limits.high) ? 'doubtful' : 'not_trainable';
  return { recommended, limits, verdict };
}

/** How far above 1 chi_1 is no rounding. */
const ABOVE = 1e-9;

/** Whether the gradients of the recommended network explode, as they do in IC layers and may where q* = 1 is all that can be had. */
function explodes(activation: Activation, noise: Noise, { criterion, maps, ...at }: Recommendation): boolean {
  if (criterion !== 'q* = 1') return false;
  const { sigma_w2, q_star } = at;
  const chi_1 =
    maps === 'ic'
      ? icLimit(activation, { ...at, noise }).chi_1
      : sigma_w2 * noise.s2 * activation.moments(q_star ?? 1).slope2;
  return chi_1 > 1 + ABOVE;
}
