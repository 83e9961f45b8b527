import type { Block, Network, Op, SubLayer } from '../network.ts';
import { checkCorrelation, checkNotNegative, checkPositive, ParameterError } from '../parameter-error.ts';
import { MAX_TOKENS } from './softmax.ts';

/** What an answer about blocks must say of itself: see docs/blocks.md. */
export type Flag =
  /** a few tokens take most of the attention: products of two rows are off by up to 16 % and more */
  | 'condensed'
  /** so few tokens that products of two rows are off by a few per cent */
  | 'few_tokens'
  /** averages over rows with different numbers of keys, 1 to 4 % off */
  | 'causal'
  /** the paths of stochastic depth are averaged before they are followed: correlations are off by about 1 % */
  | 'annealed'
  /** a batch norm reads noise, which gives each unit a variance of its own: about 1 % off */
  | 'batch_norm_after_noise'
  /** accuracy falls slowly with depth, so that a depth is a middle and no edge */
  | 'gradual'
  /** branches are so small that the start of training says nothing of the rest */
  | 'frozen';

const refuse = (message: string): never => {
  throw new ParameterError('blocks', 'not_applicable', message);
};

/** Whether units are Gaussian over a layer, and whether noise was the last thing that happened to them. */
type Units = { readonly gaussian: boolean; readonly noisy: boolean };

/** What an operation leaves of its input's law. */
function follow(units: Units, op: Op, add: (flag: Flag) => void): Units {
  switch (op.op) {
    case 'activation':
      if (!units.gaussian)
        refuse(
          'An activation reads units that are not Gaussian: after noise, after another activation, or from a stream that noise was added to. Put a linear operation between them. (Post-activation residual networks, with the activation after the sum, are not covered.)',
        );
      return { gaussian: false, noisy: false };
    case 'norm':
      if (op.kind === 'batch' && units.noisy) add('batch_norm_after_noise');
      return { ...units, noisy: false };
    case 'noise':
      return { gaussian: false, noisy: true };
    case 'path':
      add('annealed');
      return units;
    case 'attention':
      if (op.causal) add('causal');
      return { gaussian: true, noisy: false };
    case 'gate':
      return { gaussian: false, noisy: false };
    case 'linear':
      return { gaussian: true, noisy: false };
  }
}

/** The techniques that are no plain factor of a unit: what to say of each at a site of a block. */
const NO_FACTORS: Readonly<Record<string, string>> = {
  ic: 'technique "ic" is a batch norm and dropout: write a norm of kind batch and noise with the technique bernoulli.',
  tabu: 'technique "tabu" remembers its last masks, so that two passes are not independent: it is not covered in blocks.',
};

function checkOp(op: Op, next: Op | undefined, tokens: number | undefined): void {
  if (op.op === 'noise') {
    const told = NO_FACTORS[op.technique];
    if (told) refuse(told);
    if (op.technique === 'dropconnect' && next?.op !== 'linear')
      refuse('technique "dropconnect" drops weights: it stands before a linear operation.');
  }
  if (op.op === 'linear') checkNotNegative({ sigma_w2: op.sigma_w2, sigma_b2: op.sigma_b2 });
  if (op.op === 'gate') {
    const { sigma_w2_gate, sigma_w2_value, sigma_b2 = 0 } = op;
    checkNotNegative({ sigma_w2_gate, sigma_w2_value, sigma_b2 });
  }
  if (op.op === 'norm') {
    const { eps = 0, gain2 = 1, shift2 = 0 } = op;
    checkNotNegative({ eps, gain2, shift2 });
  }
  if (op.op === 'path' && !(op.keep > 0 && op.keep <= 1))
    throw new ParameterError('keep', 'out_of_range', 'The keep of a path must be above 0 and at most 1.', {
      min: 0,
      max: 1,
    });
  if (op.op !== 'attention') return;
  const { sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, score_scale2 = 1, qk_norm = 1 } = op;
  checkNotNegative({ sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, score_scale2, qk_norm });
  if (op.noise?.noise.t2 || NO_FACTORS[op.noise?.technique ?? ''] || op.noise?.technique === 'dropconnect')
    refuse('Noise on attention weights multiplies each of them: alpha, tabu, dropconnect and ic do not.');
  if (op.noise?.noise.s1 === 0) refuse('Noise on attention weights must not have the mean 0.');
  if (op.noise?.channelwise) refuse('Attention weights have no channels.');
  if (tokens === undefined)
    throw new ParameterError('tokens', 'missing', 'Attention needs to know how many tokens a sequence has.');
}

function checkSubLayer(layer: SubLayer, stream: Units, tokens: number | undefined, flags: Set<Flag>): Units {
  const { a2, b2, norm, ops, after = [] } = layer;
  checkNotNegative({ a2, b2 });
  if (a2 === 0 && b2 === 0) refuse('A sub-layer with a2 = 0 and b2 = 0 passes nothing on.');
  const at = norm?.at;
  if (after.length > 0 && at !== 'sandwich' && at !== 'out')
    refuse('`after` stands behind the norm of a branch: with the norm at sandwich or out.');
  const all = [...ops, ...after];
  const isMixing = (op: Op) => op.op === 'linear' || op.op === 'attention' || op.op === 'gate';
  if (a2 > 0 && !ops.some(isMixing))
    refuse('A branch beside a skip connection needs random weights of its own: linear, gate or attention.');
  const path = all.findIndex((op) => op.op === 'path');
  if ((at === 'sandwich' || at === 'out') && ops.some((op) => op.op === 'path'))
    refuse('With a norm behind the branch a path stands behind that norm, in `after`.');
  if (path >= 0 && path < all.length - 1) refuse('A path is the last operation of its branch.');
  if (path >= 0 && !norm)
    refuse('Stochastic depth without a norm is not covered: passes with other paths have other variances.');
  for (const list of [ops, after]) for (const [i, op] of list.entries()) checkOp(op, list[i + 1], tokens);
  const add = (flag: Flag) => flags.add(flag);
  const asOp = norm && ({ op: 'norm', ...norm } as const);
  if (asOp) checkOp(asOp, undefined, tokens);
  const before = asOp && (at === 'pre' || at === 'sandwich') ? follow(stream, asOp, add) : stream;
  const read = ops.reduce((units, op) => follow(units, op, add), before);
  const behind = asOp && (at === 'sandwich' || at === 'out') ? follow(read, asOp, add) : read;
  const branch = after.reduce((units, op) => follow(units, op, add), behind);
  const sum: Units =
    a2 === 0 ? branch : { gaussian: stream.gaussian && branch.gaussian, noisy: stream.noisy || branch.noisy };
  return asOp && at === 'post' ? follow(sum, asOp, add) : sum;
}

/** Whether any sub-layer has an operation. */
const hasOp = (blocks: readonly Block[], test: (op: Op) => boolean) =>
  blocks.some((block) => block.some(({ ops, after = [] }) => [...ops, ...after].some(test)));

const isBatchNorm = (op: Op) => op.op === 'norm' && op.kind === 'batch';

/**
 * Whether a network normalises over batches.
 *
 * @param network see `Network`
 * @param blocks all of them that differ
 * @example hasBatchNorm(network, listBlocks(network))
 */
export const hasBatchNorm = ({ stem, final_norm }: Network, blocks: readonly Block[]): boolean =>
  final_norm?.kind === 'batch' ||
  stem.ops.some(isBatchNorm) ||
  blocks.some((block) => block.some(({ norm }) => norm?.kind === 'batch')) ||
  hasOp(blocks, isBatchNorm);

/**
 * Whether blocks have attention.
 *
 * @param blocks of a network
 * @example hasAttention(listBlocks(network))
 */
export const hasAttention = (blocks: readonly Block[]): boolean =>
  hasOp(blocks, (op) => op.op === 'attention');

/**
 * Whether a norm behind the sum of skip and branch resets the variance of the stream, so that its growth says nothing.
 *
 * @param blocks of a network
 * @example hasPostNorm(listBlocks(network))
 */
export const hasPostNorm = (blocks: readonly Block[]): boolean =>
  blocks.some((block) => block.some(({ norm }) => norm?.at === 'post'));

/** From this b² on (LayerScale γ = 10⁻³) the start of training says something of the rest. */
export const FROZEN = 1e-6;

/** All different blocks of a network, in order. */
export function listBlocks({ blocks, depth }: Network): readonly Block[] {
  if (typeof blocks !== 'function') return [blocks];
  if (depth === undefined)
    throw new ParameterError('depth', 'missing', 'Blocks that depend on the depth need to know it.');
  return [...new Set(Array.from({ length: depth }, (_, i) => blocks(i + 1, depth)))];
}

/**
 * The block that all blocks of a network are, but perhaps the first.
 *
 * @param network see `Network`
 * @returns undefined where blocks differ
 * @example repeatedBlock(network)
 */
export function repeatedBlock({ blocks, depth = 0 }: Network): Block | undefined {
  if (typeof blocks !== 'function') return blocks;
  // (of two blocks that differ neither is repeated)
  if (depth < 3) return depth === 2 && blocks(1, 2) === blocks(2, 2) ? blocks(1, 2) : undefined;
  const second = blocks(2, depth);
  for (let block = 3; block <= depth; block++) if (blocks(block, depth) !== second) return undefined;
  return second;
}

/**
 * Refuses networks that the theory of blocks does not hold for, and says what must be mentioned of others.
 *
 * @param network see `Network`
 * @returns flags, without those that depend on numbers that are only met on the way
 * @throws ParameterError with a sentence that says what is not covered
 * @example checkBlocks(network)
 */
export function checkBlocks(network: Network): Flag[] {
  const { stem, tokens, final_norm } = network;
  const { q0, c0 = 0, mean = 0, c_batch = 0 } = stem;
  checkPositive({ q0 });
  checkCorrelation({ c0, c_batch });
  if (mean * mean > q0)
    throw new ParameterError(
      'mean',
      'out_of_range',
      'The square of the mean is at most the mean square, q0.',
    );
  if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= 1 && tokens <= MAX_TOKENS))
    throw new ParameterError(
      'tokens',
      'out_of_range',
      `tokens must be a whole number from 1 to ${MAX_TOKENS}.`,
      {
        min: 1,
        max: MAX_TOKENS,
      },
    );
  if (tokens !== undefined && tokens > 1 && c0 < -1 / (tokens - 1))
    throw new ParameterError(
      'c0',
      'out_of_range',
      `${tokens} tokens cannot all have a correlation below ${-1 / (tokens - 1)}.`,
      { min: -1 / (tokens - 1), max: 1 },
    );
  const blocks = listBlocks(network);
  const flags = new Set<Flag>();
  const start = stem.ops.reduce((units, op) => follow(units, op, (flag) => flags.add(flag)), {
    gaussian: true,
    noisy: false,
  } as Units);
  if (stem.ops.some((op) => op.op === 'path' || op.op === 'attention'))
    refuse('A stem has neither paths nor attention: they stand in blocks.');
  for (const [i, op] of stem.ops.entries()) checkOp(op, stem.ops[i + 1], tokens);
  // (twice: what a stream is like after the last block of one kind is what the next one reads)
  let stream = start;
  for (const block of [...blocks, ...blocks])
    for (const layer of block) stream = checkSubLayer(layer, stream, tokens, flags);
  if (final_norm) checkOp(final_norm, undefined, tokens);
  const layers = blocks.flat();
  const isNormalised = hasBatchNorm(network, blocks);
  if (hasAttention(blocks) && isNormalised) refuse('Batch norms beside attention are not covered.');
  if (isNormalised && !(c_batch >= 0 && c_batch < 1))
    throw new ParameterError('c_batch', 'out_of_range', 'c_batch must be from 0 to below 1.', {
      min: 0,
      max: 1,
    });
  // (what two inputs have besides that has a correlation of −1 or more)
  const lowest = 2 * Math.max(isNormalised ? c_batch : 0, (mean * mean) / q0) - 1;
  if (stem.c0 !== undefined && c0 < lowest)
    throw new ParameterError(
      'c0',
      'out_of_range',
      `Inputs that have their mean, or c_batch, in common cannot have a correlation below ${lowest}.`,
      { min: lowest, max: 1 },
    );
  if (layers.some(({ a2, norm }) => a2 === 1 && (norm?.at === 'pre' || norm?.at === 'sandwich')))
    flags.add('gradual');
  if (layers.every(({ b2 }) => b2 <= FROZEN)) flags.add('frozen');
  return [...flags];
}
