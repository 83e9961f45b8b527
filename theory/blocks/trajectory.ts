import type { Block, Network } from '../network.ts';
import { maskCorrelation } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import { multiply } from './attention.ts';
import { checkBlocks, type Flag, hasAttention, hasBatchNorm, hasPostNorm, listBlocks } from './check.ts';
import {
  compileNorm,
  compileOps,
  LOST,
  MEAN,
  type Run,
  type Seen,
  type Setting,
  type Signal,
  VARIANCE,
} from './operations.ts';
import { joinPairs, type Pair, type PairName } from './pairs.ts';
import { compileBlock, resetFactors } from './sub-layer.ts';

/** The correlation of two inputs where a network without attention does not say it: of two MNIST images of different classes. */
const USUAL_C0 = 0.28;

/**
 * The pairs that tell how deep a network is: one input under two masks, two inputs (with attention: two tokens), the same with one
 * mask, and two inputs of a batch where a batch norm needs them.
 *
 * @param network see `Network`; its `mask` is that of the two inputs
 * @example usualPairs(network).map(({ name }) => name)
 */
export function usualPairs(network: Network): Pair[] {
  const blocks = listBlocks(network);
  const mask_correlation = maskCorrelation(network.mask);
  const { c0 = hasAttention(blocks) ? 0 : USUAL_C0, c_batch = 0 } = network.stem;
  const batch: Pair[] = hasBatchNorm(network, blocks) ? [{ name: 'batch', c0: c_batch }] : [];
  if (hasAttention(blocks))
    return [
      { name: 'masks', c0: 1, mask_correlation, partner: 'apart' },
      { name: 'apart', c0, apart: true, mask_correlation },
      { name: 'tokens', c0, within: true },
      ...batch,
    ];
  return [
    { name: 'masks', c0: 1, mask_correlation },
    { name: 'inputs', c0, mask_correlation },
    { name: 'shared', c0, mask_correlation: 1 },
    ...batch,
  ];
}

/** A network, compiled for pairs: a walk of its own each time. */
export type Walk = {
  readonly setting: Setting;
  readonly signal: Signal;
  /** takes the signal through block l = 1, 2, … */
  readonly step: (block: number, factors: Float64Array | null) => void;
  /** the correlations of the pairs behind the final norm, where a read-out sees them */
  readonly correlations: () => Float64Array;
};

/**
 * Starts a walk through a network's blocks, behind its stem.
 *
 * @param network see `Network`, checked before
 * @param pairs what is compared
 * @example startWalk(network, usualPairs(network)).step(1, null)
 */
export function startWalk(network: Network, pairs: readonly Pair[]): Walk {
  const { stem, blocks, depth = 0, final_norm, tokens } = network;
  const seen: Seen = { condensation: 0, score_variance: 0 };
  const setting: Setting = { ...joinPairs(pairs, tokens ?? 1), seen };
  const signal = new Float64Array(LOST + pairs.length);
  signal[VARIANCE] = stem.q0;
  signal[MEAN] = stem.mean ?? 0;
  pairs.forEach(({ c0 }, i) => {
    signal[LOST + i] = stem.q0 * (1 - c0);
  });
  count(10 * (stem.ops.length + 1));
  for (const run of compileOps(stem.ops, setting)) run(signal, null);
  const compiled = new Map<Block, Run>();
  const compile = (block: Block) => {
    const run = compiled.get(block) ?? compileBlock(block, setting);
    compiled.set(block, run);
    return run;
  };
  const only = typeof blocks === 'function' ? undefined : compile(blocks);
  const normalise = final_norm && compileNorm(final_norm, setting);
  const read = new Float64Array(signal.length);
  const found = new Float64Array(pairs.length);
  return {
    setting,
    signal,
    step: (block, factors) =>
      (only ?? compile((blocks as (layer: number, depth: number) => Block)(block, depth)))(signal, factors),
    correlations: () => {
      for (let i = 0; i < read.length; i++) read[i] = signal[i] as number;
      normalise?.(read, null);
      const v = read[VARIANCE] as number;
      for (let i = 0; i < found.length; i++) found[i] = 1 - (read[LOST + i] as number) / v;
      return found;
    },
  };
}

/** Where a network is after a block, and the gradients that reach it from the top. */
export type BlockRow = {
  /** blocks behind it; 0 is the stream before the first */
  readonly block: number;
  /** mean square of a unit of the stream */
  readonly q: number;
  /** correlation of each pair where a read-out would see it, behind the final norm */
  readonly correlations: Readonly<Record<string, number>>;
  /** how far one input under two masks is more alike than two inputs (with attention: two tokens) */
  readonly margin: number;
  /** squared gradient of one input, over that at the top */
  readonly gradient: number;
  /** the same of the products of the gradients of pairs */
  readonly pair_gradients: Readonly<Record<string, number>>;
};

/** How a network is followed. */
export type BlockOptions = {
  /** what is compared; {@link usualPairs} if left out */
  readonly pairs?: readonly Pair[];
  /** product of the gradients of two positions over the squared gradient, at the top: 0 (default) where each token has a loss, 1 for a mean over tokens */
  readonly pooled?: number;
};

/** What is known of a network, block by block. */
export type BlockTrajectory = {
  readonly rows: readonly BlockRow[];
  /** ln of what the stream's variance has been multiplied by; null where a norm resets it */
  readonly clock: number | null;
  readonly flags: readonly Flag[];
};

/** The pair that `masks` is compared with. */
const OTHERS: readonly PairName[] = ['inputs', 'apart'];

/**
 * The places in a list of pairs of one input under two masks, and of what it is compared with.
 *
 * @param pairs what is followed
 * @throws ParameterError where either is missing
 * @example marginPairs([{ name: 'masks', c0: 1 }, { name: 'inputs', c0: 0.28 }]) // [0, 1]
 */
export function marginPairs(pairs: readonly Pair[]): readonly [same: number, other: number] {
  const same = pairs.findIndex(({ name }) => name === 'masks');
  const other = pairs.findIndex(({ name }) => OTHERS.includes(name));
  if (same < 0 || other < 0)
    throw new ParameterError('pairs', 'missing', 'A margin is between `masks` and `inputs` or `apart`.');
  return [same, other];
}

/**
 * A network followed block by block: variance, correlations, and the squared gradients that come back from the top.
 *
 * @param network with a depth; see `Network`
 * @param options see {@link BlockOptions}
 * @returns a row a block, the stream before the first block included. Numbers are infinite or NaN where the variance leaves the range of doubles
 * @throws ParameterError for what the theory does not cover, see {@link checkBlocks}
 * @see docs/blocks.md
 * @example blockTrajectory(network).rows.at(-1)?.q
 */
export function blockTrajectory(network: Network, options: BlockOptions = {}): BlockTrajectory {
  const { depth } = network;
  if (!(depth !== undefined && Number.isInteger(depth) && depth >= 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number, 0 or more.', { min: 0 });
  const flags = checkBlocks(network);
  const { pairs = usualPairs(network), pooled = 0 } = options;
  const walk = startWalk(network, pairs);
  const { couples } = walk.setting;
  const start = walk.signal[VARIANCE] as number;
  const [same, other] = marginPairs(pairs);
  const matrices: Float64Array[] = [];
  const ahead: { q: number; correlations: Float64Array }[] = [];
  const note = () =>
    ahead.push({ q: walk.signal[VARIANCE] as number, correlations: walk.correlations().slice() });
  note();
  for (let block = 1; block <= depth; block++) {
    const factors = new Float64Array(4 * couples.length);
    resetFactors(factors);
    walk.step(block, factors);
    matrices.push(factors);
    note();
  }
  // back from the top
  const back = new Float64Array(4 * couples.length);
  resetFactors(back);
  const rows: BlockRow[] = [];
  for (let block = depth; block >= 0; block--) {
    if (block < depth) {
      const next = matrices[block] as Float64Array;
      for (let at = 0; at < back.length; at += 4) {
        const above = back.slice(at, at + 4);
        back.set(next.subarray(at, at + 4), at);
        multiply(back, at, above);
      }
    }
    const { q, correlations } = ahead[block] as (typeof ahead)[number];
    const pair_gradients: Record<string, number> = {};
    let gradient = Number.NaN;
    couples.forEach((couple, k) => {
      const at = 4 * k;
      const here = (back[at] as number) + pooled * (back[at + 1] as number);
      const there = (back[at + 2] as number) + pooled * (back[at + 3] as number);
      if (couple.same < 0) gradient = here;
      else pair_gradients[(pairs[couple.same] as Pair).name] = here;
      if (couple.other >= 0) pair_gradients[(pairs[couple.other] as Pair).name] = there;
    });
    rows.push({
      ...{ block, q, gradient, pair_gradients },
      correlations: Object.fromEntries(pairs.map(({ name }, i) => [name, correlations[i] as number])),
      margin: marginOf(correlations, same, other),
    });
  }
  return {
    rows: rows.reverse(),
    clock: clockOf(network, start, walk.signal[VARIANCE] as number),
    flags: [...flags, ...flagsSeen(walk)],
  };
}

/** The margin between two correlations. */
export const marginOf = (correlations: Float64Array, same: number, other: number): number =>
  (correlations[same] as number) - (correlations[other] as number);

/** ln of the growth of the stream; null where a norm resets it. */
export function clockOf(network: Network, start: number, end: number): number | null {
  return hasPostNorm(listBlocks(network)) ? null : Math.log(end / start);
}

/** Half of ln T, from where few tokens take most of the attention; and the numbers of tokens below which products of rows are rough. */
const [CONDENSED, FEW, FEW_WITH_SPREAD] = [0.5, 8, 32] as const;

/** Flags of what was met on the way. */
export function flagsSeen({ setting: { seen, tokens, couples } }: Walk): Flag[] {
  const isAttention = (couples[0]?.other ?? -1) >= 0;
  if (!isAttention) return [];
  const few = tokens < FEW || (seen.score_variance > 1 && tokens < FEW_WITH_SPREAD);
  return [
    ...(seen.condensation > CONDENSED ? (['condensed'] as const) : []),
    ...(few ? (['few_tokens'] as const) : []),
  ];
}
