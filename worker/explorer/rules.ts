/** A row of `GET /v1/depth-scales`. */
type Row = Readonly<Record<string, unknown>>;

/** How much less than a multiple of ξ₂ a depth is where float32 has cut it. */
const CUT = 1e-9;

const whole = (layers: number) => String(Math.floor(layers));

/** What the published rules 6 ξ₂ and 12 ξ₂ say of a network, and what float32 does. */
export type PublishedRules = {
  /** the depths as a headline has them: `40 – 81`, or ∞ */
  readonly depth: string;
  /** what says so, to follow the depth and `layers` */
  readonly by: string;
  /** both as a sentence */
  readonly sentence: string;
};

/**
 * What 6 ξ₂ and 12 ξ₂ say of a network. Where q leaves float32 before, that is what limits it, and no rule: `max_depth_low` and
 * `max_depth_high` are cut there.
 *
 * @param row of the depth scales
 * @example publishedRules({ xi_2: null, max_depth_low: 170.1, max_depth_high: 170.1 }).sentence // 'The variance leaves float32 after 170 layers; ξ₂ is infinite, so that the rules 6 ξ₂ and 12 ξ₂ name no depth.'
 */
export function publishedRules({ xi_2, max_depth_low: low, max_depth_high: high }: Row): PublishedRules {
  const rule = (multiple: number) => (typeof xi_2 === 'number' ? multiple * xi_2 : Number.POSITIVE_INFINITY);
  const cut = [low, high].find(
    (depth, i): depth is number => typeof depth === 'number' && depth < rule(i === 0 ? 6 : 12) * (1 - CUT),
  );
  const named =
    typeof xi_2 === 'number'
      ? `6 ξ₂ and 12 ξ₂ are ${whole(rule(6))} and ${whole(rule(12))}`
      : 'ξ₂ is infinite, so that the rules 6 ξ₂ and 12 ξ₂ name no depth';
  if (cut !== undefined) {
    const limit = `The variance leaves float32 after ${whole(cut)} layers`;
    return {
      depth: typeof low === 'number' && low < cut ? `${whole(low)} – ${whole(cut)}` : whole(cut),
      by: `and no more stay within float32; ${named}`,
      sentence: `${limit}; ${named}.`,
    };
  }
  if (typeof low !== 'number' || typeof high !== 'number')
    return { depth: '∞', by: `by the correlation alone: ${named}`, sentence: `${named}.` };
  const depth = low === high ? whole(low) : `${whole(low)} – ${whole(high)}`;
  return {
    depth,
    by: 'can be trained, by the rules 6 ξ₂ and 12 ξ₂',
    sentence: `By the rules 6 ξ₂ and 12 ξ₂: ${depth}.`,
  };
}
