import { type DepthEstimate, type DepthScales, type KernelLimit, placeDepth } from '../theory/index.ts';
import type { FittedAnswer } from './rule.ts';
import { type Decision, decide, type Verdict } from './verdict.ts';

/** What is known of how deep a network can be. */
export type KnownDepth = {
  /** where the contrast of the data is e⁻⁶ and e⁻¹²; null where that takes too much work, or there are no equal layers to follow */
  readonly limits: { readonly low: DepthEstimate; readonly high: DepthEstimate } | null;
  /** of equal layers */
  readonly scales: Pick<DepthScales, 'gradient'> | undefined;
  /** null where the fitted rule has no answer */
  readonly fitted: FittedAnswer | null;
};

/** What ends the depth of a network: by the fitted rule one of its limits, by the theory the correlation of inputs or the range of float32. */
export type DepthLimitName = KernelLimit | 'correlation' | 'float_range';

/** A verdict about a depth, and the depth that it rests on. */
export type DepthVerdict = Decision & {
  /** the trainable depth by what decided, layers; null where there is none */
  readonly limit: number | null;
  /** ends of its interval: of the fitted rule the 95 % one, of the theory from the cautious limit to the last */
  readonly low: number | null;
  readonly high: number | null;
  readonly limited_by: DepthLimitName | null;
};

/**
 * Whether a depth of a network can be trained: the more cautious of what the theory and the fitted rule say.
 *
 * @param depth layers wanted
 * @param known see {@link KnownDepth}
 * @example judgeDepth(20, { limits, scales, fitted }).verdict // 'doubtful'
 */
export function judgeDepth(depth: number, { limits, scales, fitted }: KnownDepth): DepthVerdict {
  const decision = decide(depth, judgeByTheory(depth, limits, scales), fitted);
  if (decision.by === 'theory')
    return {
      ...decision,
      limit: limits?.low.depth ?? null,
      low: limits?.low.depth ?? null,
      high: limits?.high.depth ?? null,
      limited_by: limits?.low.limited_by ?? null,
    };
  const known = fitted !== null && Number.isFinite(fitted.depth) ? fitted : null;
  return {
    ...decision,
    limit: known?.depth ?? null,
    low: known?.low ?? null,
    high: known?.high ?? null,
    limited_by: known?.limited_by ?? null,
  };
}

/** What the theory says of a depth: nothing where the correlation sets no limit but gradients do not keep their size. */
function judgeByTheory(depth: number, limits: KnownDepth['limits'], scales: KnownDepth['scales']): Verdict {
  if (!limits) return 'unknown';
  const isStable = (scales?.gradient ?? 'stable') === 'stable';
  return limits.low.depth === null && !isStable ? 'unknown' : placeDepth(depth, limits);
}
