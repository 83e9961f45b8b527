import type { Noise } from '../noise.ts';

/**
 * What is compared with what, by name: one input under two masks (`masks`), two inputs with masks of their own (`inputs`) or with the same
 * masks (`shared`), two tokens of one pass (`tokens`), a token of one pass with another token of another pass (`apart`), two inputs of a
 * batch (`batch`).
 */
export type PairName = 'masks' | 'inputs' | 'shared' | 'tokens' | 'apart' | 'batch' | (string & {});

/** Two activations of a unit whose covariance is followed: of two passes, or of two positions (tokens or pixels) of one pass. */
export type Pair = {
  readonly name: PairName;
  /** correlation at the start, before the stem */
  readonly c0: number;
  /** whether both are of one pass, at two positions of it; false by default */
  readonly within?: boolean;
  /** of two passes: whether they are at two positions; false by default */
  readonly apart?: boolean;
  /** of two passes: the correlation of their masks, 0 for masks of their own (default), 1 for the same ones */
  readonly mask_correlation?: number;
  /** of two passes at one position: the name of the pair of the same passes at two positions, which attention needs to know */
  readonly partner?: PairName;
};

/** Those that attention mixes: a pair at one position, or one pass by itself (−1), with the same at two positions (−1 for none). */
export type Couple = { readonly same: number; readonly other: number };

/** The pairs of a walk through blocks, what attention mixes, and how many tokens there are. */
export type Pairs = {
  readonly pairs: readonly Pair[];
  /** the first is one pass by itself, with the tokens of that pass */
  readonly couples: readonly Couple[];
  /** index of the two inputs of a batch; −1 if they are not followed */
  readonly batch: number;
  /** tokens of a sequence; infinitely many in the limits */
  readonly tokens: number;
};

/**
 * Pairs as a walk needs them.
 *
 * @param pairs what is compared
 * @param tokens of a sequence; 1 without attention
 * @example joinPairs([{ name: 'masks', c0: 1 }, { name: 'inputs', c0: 0.28 }]).couples // [{ same: -1, other: -1 }, …]
 */
export function joinPairs(pairs: readonly Pair[], tokens = 1): Pairs {
  const find = (name: PairName | undefined) => pairs.findIndex((pair) => pair.name === name);
  const partners = pairs.map(({ partner }) => (partner === undefined ? -1 : find(partner)));
  const tokenPair = find('tokens');
  const couples = [{ same: -1, other: tokenPair }];
  pairs.forEach((_, same) => {
    if (same !== tokenPair && !partners.includes(same))
      couples.push({ same, other: partners[same] as number });
  });
  return { pairs, couples, batch: find('batch'), tokens };
}

/**
 * The correlation of the noise of the two members of a pair: units of one pass have masks of their own at each position, but
 * for noise that all pixels of a channel have in common.
 *
 * @param pair see {@link Pair}
 * @param channelwise whether a channel has one factor
 * @example noiseCorrelation({ name: 'shared', c0: 0, mask_correlation: 1 }, false) // 1
 */
export function noiseCorrelation(
  { within, apart, mask_correlation = 0 }: Pair,
  channelwise: boolean,
): number {
  if (within) return channelwise ? 1 : 0;
  return apart && !channelwise ? 0 : mask_correlation;
}

/** E[s_a s_b] of the members of a pair. */
export const sharedFactor = ({ s1, variance }: Noise, correlation: number): number =>
  s1 * s1 + correlation * variance;
