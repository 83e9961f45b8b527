import { shown } from './plot.ts';

/** A row of `GET /v1/blocks`. */
export type BlockRow = Readonly<Record<string, unknown>>;

/** What a network of blocks comes to, in words. */
export type BlockWords = {
  /** how deep it can be, as a headline has it */
  readonly depth: string;
  /** what the headline means, to follow it */
  readonly by: string;
  /** what else must be said */
  readonly sentences: readonly string[];
};

/** A margin is a difference of two numbers up to 1: what is left of it below this is rounding. */
const ROUNDING = 1e-14;

/**
 * Whether a margin is no more than rounding.
 *
 * @param margin of a row
 * @example isRounding(6.7e-16) // true
 */
export const isRounding = (margin: unknown) => typeof margin === 'number' && margin < ROUNDING;

/** What the margin does after many blocks. */
const KINDS: Readonly<Record<string, (row: BlockRow) => string>> = {
  scale: ({ xi_2 }) =>
    typeof xi_2 === 'number'
      ? `After many blocks the margin falls by a factor of e every ξ₂ = ${shown(xi_2)} blocks.`
      : 'After many blocks the margin no longer falls: ξ₂ is infinite.',
  power: ({ kappa }) =>
    `The margin falls as a power of the variance of the stream (κ = ${shown(kappa)}): ever more slowly.`,
  frozen: () => 'After many blocks the margin stops falling.',
};

/** What the thresholds rest on. */
const BASES: Readonly<Record<string, string>> = {
  pilot:
    'At the start of training. The thresholds are from a pilot with feed-forward blocks and layer norm (relu, MNIST, width 100, 300 steps of SGD): half of its networks trained at e^−6.3.',
  extrapolated:
    'At the start of training. Extrapolated from a pilot with feed-forward blocks and layer norm: no measurement of such blocks.',
};

const FLAGS: Readonly<Record<string, string>> = {
  gradual: 'Accuracy falls slowly with depth: a depth is a middle and no edge.',
  condensed: 'Attention rests on few tokens, so that numbers are off by some per cent.',
  few_tokens: 'Tokens are few, so that numbers are off by some per cent.',
  causal: 'Numbers are averages over the rows of a sequence, 1 to 4 % off.',
  annealed: 'Stochastic depth is averaged before it is followed: numbers are about 1 % off.',
  batch_norm_after_noise: 'A batch norm stands behind noise: numbers are about 1 % off.',
  frozen: 'The start says nothing of training.',
};

const blocksOf = (count: number) => {
  const whole = Math.floor(count);
  return `${whole} block${whole === 1 ? '' : 's'}`;
};

/** How deep, and what ends it: the margin at a threshold, or the variance leaving float32. */
function headline({
  kind,
  depth_low: low,
  depth_high: high,
  limited_by,
  blocks_searched: searched,
}: BlockRow): Pick<BlockWords, 'depth' | 'by'> {
  if (searched === 0) return { depth: 'Unknown', by: 'how deep' };
  const isFrozen = kind === 'frozen';
  if (typeof low !== 'number')
    return isFrozen
      ? { depth: 'Never', by: 'does the margin fall to e^−6: it stops falling before' }
      : { depth: `Not within ${blocksOf(Number(searched))}`, by: 'does the margin fall to e^−6' };
  const depth = blocksOf(low);
  if (limited_by === 'float_range' && low === high)
    return { depth, by: 'until the variance of the stream leaves float32' };
  const endless = isFrozen ? 'never' : `not within ${Number(searched)}`;
  const further = typeof high === 'number' ? String(Math.floor(high)) : endless;
  const why = limited_by === 'float_range' ? 'float32 ends at' : 'e^−6.6:';
  return { depth, by: `until the margin has fallen to e^−6 (${why} ${further})` };
}

/**
 * What a network of blocks comes to, in words: nothing is said to be measured where it is extrapolated.
 *
 * @param row of the API
 * @param blocks of the network
 * @example blockWords({ depth_low: 67.5, depth_high: 74, basis: 'extrapolated' }, 12).depth // '67 blocks'
 */
export function blockWords(row: BlockRow, blocks: number): BlockWords {
  const flags = String(row.flags ?? '').split(' ');
  return {
    ...headline(row),
    sentences: [
      typeof row.margin === 'number'
        ? `Margin after ${blocksOf(blocks)}: ${isRounding(row.margin) ? `below ${ROUNDING}` : shown(row.margin)}.`
        : '',
      KINDS[String(row.kind)]?.(row) ?? '',
      BASES[String(row.basis)] ?? '',
      ...flags.map((flag) => FLAGS[flag] ?? flag),
    ].filter(Boolean),
  };
}
