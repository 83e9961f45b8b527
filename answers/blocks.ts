import type { LOSSES } from '../catalogue/queries.ts';
import {
  type BlockLimits,
  blockDepth,
  blockLimits,
  blockTrajectory,
  type Flag,
  FROZEN,
  hasPostNorm,
  listBlocks,
  MAX_SCORE_VARIANCE,
  type Network,
  type Op,
  pathAverages,
  repeatedBlock,
} from '../theory/index.ts';
import { type Effort, TOO_MUCH_WORK } from './effort.ts';

type Loss = (typeof LOSSES)[number];

const toFinite = (x: number | null | undefined) =>
  x !== undefined && x !== null && Number.isFinite(x) ? x : null;

/** A squared gradient; null where it has left the range of doubles, below as well. */
const toPositive = (x: number | null | undefined) => {
  const known = toFinite(x);
  return known !== null && known > 0 ? known : null;
};

/** The product of the gradients of two tokens at the top, over the squared gradient of one. */
const pooledOf = (loss: Loss) => (loss === 'pooled' ? 1 : 0);

/** Whether networks like this one were trained in the pilot that the threshold is from. */
function isOfPilot(network: Network): boolean {
  const known = ['linear', 'activation', 'noise'];
  const isKnown = (op: Op) =>
    known.includes(op.op) && (op.op !== 'noise' || op.technique === 'bernoulli' || op.noise.variance === 0);
  return (
    listBlocks(network)
      .flat()
      .every(
        ({ a2, b2, norm, ops }) =>
          a2 > 0 &&
          b2 > FROZEN &&
          norm?.kind === 'layer' &&
          (norm.at === 'pre' || norm.at === 'post') &&
          ops.every(isKnown),
      ) &&
    network.mask === 'independent' &&
    network.stem.ops.length === 0
  );
}

/** From so many tokens on the limits of infinitely many are off by less than 3 %. */
const MANY_TOKENS = 32;

/** The limits of many blocks. They are those of many tokens, which few tokens, or few that take all the attention, do not share. */
function limitsOf(network: Network, flags: readonly Flag[]): BlockLimits {
  const limits = blockLimits(network);
  const isOfMany = (network.tokens ?? MANY_TOKENS) >= MANY_TOKENS && !flags.includes('condensed');
  if (isOfMany || limits.kind === null) return limits;
  const reason = 'Known for many tokens that share the attention.';
  return { ...limits, xi_2: null, kappa: null, growth: null, c_star: null, reason };
}

/**
 * What is known of a network of blocks, as columns.
 *
 * @param network see `Network`
 * @param loss what its gradients come from
 * @param effort how much work it may take
 * @throws ParameterError for what the theory of blocks does not cover
 * @example answerBlocks(network, 'token', new SingleEffort()).depth
 */
export function answerBlocks(network: Network, loss: Loss, effort: Effort) {
  // (the blocks of the query first: to search beyond them may take too much work)
  const near = effort.attempt(() => blockDepth(network, { most: network.depth ?? 0 }));
  const found =
    near && (near.depth_high === null ? (effort.attempt(() => blockDepth(network)) ?? near) : near);
  const limits = limitsOf(network, found?.flags ?? []);
  const gradient =
    network.depth === undefined
      ? undefined
      : effort.attempt(() => blockTrajectory(network, { pooled: pooledOf(loss) }).rows[0]?.gradient ?? null);
  const isFrozen = limits.kind === 'frozen' && found?.depth === null;
  const beyond =
    found && found.depth === null
      ? `depth, depth_low, depth_high: ${isFrozen ? 'the margin stops falling' : `not within ${found.blocks_searched} blocks`}${repeatedBlock(network) ? '' : ', and there are no further ones, because blocks differ'}.`
      : null;
  const reasons = [
    limits.reason && `${limits.kind ? '' : 'kind, '}xi_2, kappa, growth, c_star: ${limits.reason}`,
    limits.kind === 'scale' &&
      limits.xi_2 === null &&
      !limits.reason &&
      'xi_2: unbounded, the margin falls slower than by a factor in each block.',
    beyond,
    !found && `depth, depth_low, depth_high, margin, q_last, clock: ${TOO_MUCH_WORK}`,
    gradient === null && `gradient_ratio: ${TOO_MUCH_WORK}`,
    typeof gradient === 'number' &&
      toPositive(gradient) === null &&
      'gradient_ratio: beyond the range of doubles, or not known.',
    network.depth === undefined && 'margin, q_last, clock, gradient_ratio: say how many blocks there are.',
    found?.depth_low === 0 &&
      'The margin is below the thresholds before the first block: the inputs are hardly told apart where the blocks start.',
    found &&
      found.unknown_from !== null &&
      `From block ${found.unknown_from} on nothing is known: ${whyUnknown(network)}`,
    found &&
      network.depth !== undefined &&
      found.margin === null &&
      found.unknown_from === null &&
      'margin, q_last: the variance leaves float32 before.',
  ].filter(Boolean);
  return {
    kind: limits.kind,
    depth: found?.depth ?? null,
    depth_low: found?.depth_low ?? null,
    depth_high: found?.depth_high ?? null,
    xi_2: toFinite(limits.xi_2),
    kappa: toFinite(limits.kappa),
    growth: toFinite(limits.growth),
    c_star: toFinite(limits.c_star),
    margin: toFinite(found?.margin),
    clock: toFinite(found?.clock),
    q_last: toFinite(found?.q),
    gradient_ratio: toPositive(gradient),
    limited_by: found?.limited_by ?? null,
    basis: isOfPilot(network) ? ('pilot' as const) : ('extrapolated' as const),
    blocks_searched: found?.blocks_searched ?? 0,
    flags: (found?.flags ?? []).join(' '),
    reason: reasons.join(' ') || null,
  };
}

/**
 * The rows of a network that is followed without drawing paths.
 *
 * @param network with a depth
 * @param loss what its gradients come from
 * @throws ParameterError for what the theory of blocks does not cover
 * @example followBlocks(network, 'token')
 */
export function followBlocks(network: Network, loss: Loss) {
  const { rows, flags, clock } = blockTrajectory(network, { pooled: pooledOf(loss) });
  const start = rows[0]?.q as number;
  const isAttention = rows[0]?.correlations.tokens !== undefined;
  return rows.map(({ block, q, correlations, margin, gradient, pair_gradients }) => ({
    block_number: block,
    q: toFinite(q),
    c_masks: toFinite(correlations.masks),
    c_inputs: toFinite(isAttention ? correlations.apart : correlations.inputs),
    c_shared: toFinite(correlations.shared),
    c_tokens: toFinite(correlations.tokens),
    margin: toFinite(margin),
    clock: clock === null ? null : toFinite(Math.log(q / start)),
    gradient: toPositive(gradient),
    gradient_masks: toFinite(pair_gradients.masks),
    gradient_inputs: toFinite(isAttention ? pair_gradients.apart : pair_gradients.inputs),
    flags: flags.join(' '),
    reason: explainRow(network, q, margin, gradient),
  }));
}

/** Why numbers of a row are null. */
function explainRow(network: Network, q: number, margin: number, gradient: number): string | null {
  if (q === Number.POSITIVE_INFINITY) return 'The variance has left the range of doubles.';
  if (Number.isNaN(margin)) return `Not known here: ${whyUnknown(network)}`;
  return toPositive(gradient) === null
    ? 'gradient: beyond the range of doubles, or not known further up.'
    : null;
}

/** Why numbers may not be known from some block on. */
const whyUnknown = ({ tokens }: Network): string =>
  tokens === undefined
    ? 'units (or the inputs of a batch) are all but the same before a norm, or the variance has left the range of doubles.'
    : `the scores of the attention vary by more than ${MAX_SCORE_VARIANCE}, or the variance has left the range of doubles.`;

/** The rows of a network whose paths are drawn. */
export function drawPaths(network: Network, draws: number, seed: number) {
  const rows = pathAverages(network, draws, seed);
  const start = rows[0]?.q.mean as number;
  const isReset = hasPostNorm(listBlocks(network));
  return rows.map((row) => ({
    block_number: row.block,
    q: toFinite(row.q.mean),
    c_masks: toFinite(row.masks.mean),
    c_inputs: toFinite(row.inputs.mean),
    c_shared: null,
    c_tokens: null,
    margin: toFinite(row.margin.mean),
    margin_error: toFinite(row.margin.error),
    clock: isReset ? null : toFinite(Math.log(row.q.mean / start)),
    gradient: toPositive(row.gradient.mean),
    gradient_masks: toFinite(row.gradient_masks.mean),
    gradient_inputs: toFinite(row.gradient_inputs.mean),
    flags: '',
    reason: `c_shared: not drawn.${Number.isFinite(row.q.mean + row.gradient.mean) ? '' : ' Others: the variance has left the range of doubles on some path.'}`,
  }));
}
