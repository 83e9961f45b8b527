import type { Network } from '../network.ts';
import { FLOAT32 } from '../range.ts';
import { checkBlocks, type Flag, hasBatchNorm, repeatedBlock } from './check.ts';
import { MEAN, VARIANCE } from './operations.ts';
import type { Pair } from './pairs.ts';
import { clockOf, flagsSeen, marginOf, marginPairs, startWalk, usualPairs, type Walk } from './trajectory.ts';

/** So many blocks are looked at. */
export const MAX_BLOCKS = 2000;

/**
 * Logarithms of the margin at which a depth ends: −6.3, where half of the networks of a pilot trained (feed-forward blocks with layer norm on
 * MNIST, width 100, 300 steps), and the two thresholds beside it. They are thresholds, not a confidence interval.
 */
export const MARGIN_THRESHOLDS = { depth_low: -6, depth: -6.3, depth_high: -6.6 } as const;

/** The name of a threshold. */
export type ThresholdName = keyof typeof MARGIN_THRESHOLDS;

/** How deep a network of equal blocks can be, by the margin alone, and where it is after the blocks that it has. */
export type BlockDepth = Readonly<Record<ThresholdName, number | null>> & {
  /** what ends it: the margin (`correlation`), or the variance leaving float32 (`float_range`); null where neither does */
  readonly limited_by: 'correlation' | 'float_range' | null;
  /** so many blocks were looked at at most */
  readonly blocks_searched: number;
  /** the block from which on nothing is known: attention scores vary too much, or what a norm divides by has lost its digits; null where there is none */
  readonly unknown_from: number | null;
  /** after `depth` blocks of the network; null where it has no depth, or where the variance has left float32 before */
  readonly margin: number | null;
  readonly q: number | null;
  /** ln of what the stream's variance has been multiplied by; null where a norm resets it */
  readonly clock: number | null;
  readonly flags: readonly Flag[];
};

/** Thresholds in the order in which a margin falls below them: name, logarithm, margin. */
const THRESHOLDS = Object.entries(MARGIN_THRESHOLDS).map(
  ([name, threshold]) => [name as ThresholdName, threshold, Math.exp(threshold)] as const,
);

/** Where between two blocks the margin passes a threshold: log-linearly, or linearly where it ends at 0 or below. */
function crossing(block: number, before: number, after: number, threshold: number): number {
  if (after > 0) {
    const [high, low] = [Math.log(before), Math.log(after)];
    return block - 1 + (high - threshold) / (high - low);
  }
  return block - 1 + (before - Math.exp(threshold)) / (before - after);
}

/** Every so many blocks it is asked whether the search can end. */
const ROUND = 8;

/** How far a stream must be above the ε of its norms for its growth to be that of the limit, and what is allowed for the rest. */
const [FAR, ALLOWANCE] = [1e3, 1.05] as const;

/**
 * What is left of a margin at least after further blocks, where the norms stand before the branches: two passes of one input gain no less covariance
 * than two inputs do, because covariances behind a branch rise with those before it, and so the margin falls no faster than the stream grows. The stream grows
 * no faster than with tokens that are all the same.
 *
 * @returns a lower bound of the margin after so many blocks over that of now; undefined where there is none
 */
function boundFall(
  network: Network,
  pairs: readonly Pair[],
): ((walk: Walk, blocks: number) => number) | undefined {
  const block = repeatedBlock(network);
  const { c0 = 0, mean = 0 } = network.stem;
  const isBefore = block?.every(
    ({ a2, norm }) =>
      a2 === 1 && norm && (norm.at === 'pre' || norm.at === 'sandwich') && norm.kind !== 'batch',
  );
  const isPlain = network.final_norm?.kind !== 'batch' && !hasBatchNorm(network, block ? [block] : []);
  if (!block || !isBefore || !isPlain || c0 < 0 || mean !== 0) return undefined;
  const eps = Math.max(0, ...block.map(({ norm }) => norm?.eps ?? 0));
  const alike = startWalk(network, pairs);
  return ({ signal }, blocks) => {
    const v = signal[VARIANCE] as number;
    if (v < FAR * eps || signal[MEAN] !== 0) return 0;
    alike.signal.fill(0);
    alike.signal[VARIANCE] = v;
    alike.step(2, null);
    const growth = ALLOWANCE * ((alike.signal[VARIANCE] as number) - v);
    const end = v + blocks * growth;
    return end < FLOAT32.max ? v / end : 0;
  };
}

/**
 * The depth at which the margin, by which one input under two masks is more alike than two inputs (or two tokens), falls below a threshold.
 *
 * @param network of equal blocks; where they depend on their place, no further than its depth
 * @param options `most` blocks that are looked at; {@link MAX_BLOCKS} by default
 * @returns depths between blocks, see {@link BlockDepth}
 * @throws ParameterError for what the theory does not cover, see `checkBlocks`
 * @see docs/blocks.md, and the pilot there that the threshold is from
 * @example blockDepth(network).depth
 */
export function blockDepth(network: Network, options: { readonly most?: number } = {}): BlockDepth {
  const flags = checkBlocks(network);
  const { depth } = network;
  const most = repeatedBlock(network) ? Math.max(options.most ?? MAX_BLOCKS, depth ?? 0) : (depth as number);
  const pairs = usualPairs(network).filter(({ name }) => name !== 'shared');
  const walk = startWalk(network, pairs);
  const [same, other] = marginPairs(pairs);
  const start = walk.signal[VARIANCE] as number;
  const found: Record<ThresholdName, number | null> = { depth_low: null, depth: null, depth_high: null };
  const bound = boundFall(network, pairs);
  let open = 0;
  let limited_by: BlockDepth['limited_by'] = null;
  let [before, margin] = [marginOf(walk.correlations(), same, other), 0];
  let unknown_from: number | null = null;
  let at: { margin: number; q: number } | null = null;
  for (const [name, , least] of THRESHOLDS)
    if (before <= least) {
      found[name] = 0;
      open++;
      limited_by = 'correlation';
    }
  if (depth === 0) at = { margin: before, q: start };
  for (let block = 1; block <= most && (open < THRESHOLDS.length || block <= (depth ?? 0)); block++) {
    walk.step(block, null);
    const q = walk.signal[VARIANCE] as number;
    margin = marginOf(walk.correlations(), same, other);
    for (; open < THRESHOLDS.length; open++) {
      const [name, threshold, least] = THRESHOLDS[open] as (typeof THRESHOLDS)[number];
      if (!(margin < least)) break;
      found[name] = crossing(block, before, margin, threshold);
      limited_by = 'correlation';
    }
    // (a variance that leaves float32 does so before it leaves doubles)
    if (Number.isNaN(margin) && !(q > FLOAT32.max)) {
      unknown_from = block;
      break;
    }
    if (!(q <= FLOAT32.max && q >= FLOAT32.min)) {
      for (const [name] of THRESHOLDS.slice(open)) found[name] = block;
      if (open < THRESHOLDS.length) limited_by = 'float_range';
      break;
    }
    if (block === depth) at = { margin, q };
    before = margin;
    if (block >= (depth ?? 0) && bound && open < THRESHOLDS.length && block % ROUND === 0) {
      const [, , least] = THRESHOLDS[open] as (typeof THRESHOLDS)[number];
      if (bound(walk, most - block) * margin > least) break;
    }
  }
  return {
    ...found,
    limited_by,
    blocks_searched: unknown_from === null ? most : unknown_from - 1,
    unknown_from,
    margin: at?.margin ?? null,
    q: at?.q ?? null,
    clock: at && clockOf(network, start, at.q),
    flags: [...flags, ...flagsSeen(walk)],
  };
}
