import { BLOCK_PARAMETERS, DROP_SITES, MATRIX_VARIANCES, NORM_PLACES } from '../catalogue/architectures.ts';
import type { FrameworkName } from '../catalogue/queries.ts';
import {
  type BlockQuery,
  isTuned,
  networkFromBlockQuery,
  readParameters,
} from '../networks/from-block-query.ts';
import type { SOLVED } from '../schemas/endpoints/advice.ts';
import { queryString } from '../schemas/query-string.ts';
import {
  blockDepth,
  count,
  MARGIN_THRESHOLDS,
  MAX_BLOCKS,
  type Network,
  ParameterError,
} from '../theory/index.ts';
import { answerBlocks } from './blocks.ts';
import type { Effort } from './effort.ts';
import { shorten } from './shorten.ts';
import type { Verdict } from './verdict.ts';

type Loss = Parameters<typeof answerBlocks>[1];

/** What is asked of a network of blocks. */
type Asked = BlockQuery & {
  readonly loss: Loss;
  readonly framework: FrameworkName;
  readonly solve?: (typeof SOLVED)[number] | undefined;
};

/** A change of a query: what it is, its parameters, and the same in words. */
type Candidate = {
  readonly change: 'norm_at' | 'less_drop' | 'depth_scaling' | 'q0' | 'drop_path';
  readonly change_to: BlockQuery;
  readonly what: string;
};

const SITES: Readonly<Record<(typeof DROP_SITES)[number], string>> = {
  drop_embedding: 'of the embeddings',
  drop_attention: 'of the attention weights',
  drop_projection: 'behind the attention',
  drop_hidden: 'of the hidden units',
  drop_output: 'behind the feed-forward part',
};

const PLACES: Readonly<Record<(typeof NORM_PLACES)[number], string>> = {
  pre: 'before the branch, f(norm(x))',
  post: 'behind the sum, norm(x + f(x))',
  sandwich: 'before the branch and behind it, norm(f(norm(x)))',
  out: 'behind the branch, norm(f(x))',
};

/** Embeddings whose variance is so far below that of a branch are small. */
const SMALL_START = 0.1;

/** The changes that may help. */
function listChanges(query: BlockQuery): Candidate[] {
  const usual = readParameters(query);
  const { norm, norm_at, depth_scaling = 'none', embedding_norm = 'none', q0 = 1, drop_path = 0 } = usual;
  const changes: Candidate[] = [];
  if (norm !== 'none')
    // (a branch that reads a stream without a norm grows with it: no advice)
    for (const place of NORM_PLACES)
      if (place !== norm_at && place !== 'out')
        changes.push({
          change: 'norm_at',
          change_to: { norm_at: place },
          what: `Put the norm ${PLACES[place]}.`,
        });
  const sites = DROP_SITES.filter((site) => (usual[site] ?? 0) > 0);
  for (const site of sites)
    changes.push({
      change: 'less_drop',
      change_to: { [site]: 0 },
      what: `Leave out the dropout ${SITES[site]}.`,
    });
  const rate = Math.max(0, ...sites.map((site) => usual[site] as number));
  if (rate > 0) {
    const half = Object.fromEntries(sites.map((site) => [site, (usual[site] as number) / 2]));
    changes.push({ change: 'less_drop', change_to: half, what: 'Halve all rates of dropout.' });
    const none = Object.fromEntries(sites.map((site) => [site, 0]));
    if (norm !== 'none' && norm !== 'batch' && drop_path === 0)
      changes.push({
        change: 'drop_path',
        change_to: { ...none, drop_path: rate },
        what: `Drop paths in place of units, up to ${shorten(rate)} in the last block.`,
      });
  }
  if (depth_scaling === 'none')
    for (const scaling of [
      'branches',
      ...(norm_at === 'post' && query.skip === undefined ? (['deepnorm'] as const) : []),
    ] as const)
      changes.push({
        change: 'depth_scaling',
        change_to: { depth_scaling: scaling },
        what:
          scaling === 'branches'
            ? 'Divide the variance of each branch by the number of blocks (b² = 1/blocks).'
            : 'Scale as DeepNorm does: skips by (2 blocks)^¼, weights by (8 blocks)^−¼.',
      });
  if (q0 < SMALL_START && embedding_norm === 'none')
    changes.push({
      change: 'q0',
      change_to: { q0: 1 },
      what: 'Let the stream start at variance 1: larger embeddings, or a norm behind them.',
    });
  return changes;
}

/** The margin and the depth of a network, which is followed beyond its blocks as far as `most`; null where the theory does not cover it. */
function measure(
  query: BlockQuery,
  most = MAX_BLOCKS,
): { readonly margin: number; readonly depth_low: number | null } | null {
  try {
    const { margin, depth_low } = blockDepth(networkFromBlockQuery(query), { most });
    return margin === null ? null : { margin, depth_low };
  } catch (error) {
    if (error instanceof ParameterError) return null;
    throw error;
  }
}

/** How much a change must add to the margin, relatively, to be named. */
const NOTICEABLE = 0.01;

/** The changes that raise the margin, the one that raises it most first, as far as there is work left to look at them. */
function rankChanges(query: BlockQuery, now: number, blocks: number, effort: Effort) {
  const most = 2 * blocks;
  const found: (Candidate & NonNullable<ReturnType<typeof measure>>)[] = [];
  let complete = true;
  for (const candidate of listChanges(query)) {
    const looked = effort.attempt(() => ({ changed: measure(withChange(query, candidate.change_to), most) }));
    if (!looked) complete = false;
    else if (looked.changed && looked.changed.margin > now * (1 + NOTICEABLE))
      found.push({ ...candidate, ...looked.changed });
  }
  const changes = found
    .sort((a, b) => b.margin - a.margin)
    .map(({ change, change_to, what, margin, depth_low }) => {
      const text = Object.fromEntries(
        Object.entries(change_to).map(([name, value]) => [name, String(value)]),
      );
      return { change, what, enough: margin >= ENOUGH, margin, depth_low, query: queryString(text) };
    });
  return { changes, complete };
}

/** A query with parameters in place of its own; a rate of a site also replaces its keep. */
function withChange(query: BlockQuery, change: BlockQuery): BlockQuery {
  const kept = Object.keys(change).map((name) => [name.replace('drop_', 'keep_'), undefined]);
  return { ...query, ...Object.fromEntries(kept), ...change };
}

/** The margin down to which a depth is trainable for certain: that of depth_low. */
const ENOUGH = Math.exp(MARGIN_THRESHOLDS.depth_low);

/** A number, or where a condition holds instead. */
type Solution = number | 'everywhere' | 'nowhere';

/** Values that a search looks at first, from the one wanted most. */
const COARSE_STEPS = 16;

/** Steps of a search between two of them, and how near it comes. */
const [MAX_STEPS, LOG_TOLERANCE] = [60, 1e-10] as const;

/**
 * The value nearest to the end of a range at which an excess is not negative: by steps from that end, then by false position (Illinois).
 *
 * @param excess continuous; −∞ where there is no value
 * @param from the end that is wanted most, positive
 * @param to the other end, positive
 * @returns `nowhere` where it is negative everywhere that was looked at, `everywhere` where not even at `from`
 * @example findRoot((drop) => 0.3 - drop, 0.9, 1e-6)
 */
function findRoot(excess: (value: number) => number, from: number, to: number): Solution {
  const [start, end] = [Math.log(from), Math.log(to)];
  let [bad, bad_excess] = [Number.NaN, Number.NaN];
  for (let rung = 0; rung <= COARSE_STEPS; rung++) {
    const place = start + ((end - start) * rung) / COARSE_STEPS;
    const found = excess(Math.exp(place));
    if (!(found >= 0)) {
      [bad, bad_excess] = [place, found];
      continue;
    }
    if (rung === 0) return 'everywhere';
    let [good, good_excess, side] = [place, found, 0];
    for (let step = 0; step < MAX_STEPS && Math.abs(good - bad) > LOG_TOLERANCE; step++) {
      const secant = (good * bad_excess - bad * good_excess) / (bad_excess - good_excess);
      const middle = Number.isFinite(secant) && step % 8 < 6 ? secant : (good + bad) / 2;
      const there = excess(Math.exp(middle));
      if (there >= 0) {
        [good, good_excess] = [middle, there];
        if (side === 1) bad_excess /= 2;
        side = 1;
      } else {
        [bad, bad_excess] = [middle, there];
        if (side === -1) good_excess /= 2;
        side = -1;
      }
      if (there === 0) break;
    }
    return Math.exp(good);
  }
  return 'nowhere';
}

/** The sites at which `drop` acts. */
function sitesOf(query: BlockQuery): readonly (typeof DROP_SITES)[number][] {
  const { preset, block, technique = 'bernoulli' } = query;
  const usual = readParameters({ preset, block, drop: 0.1 });
  const sites = DROP_SITES.filter((site) => usual[site] !== undefined);
  if (sites.length === 0 || technique === 'none' || isTuned(query))
    throw new ParameterError(
      'solve',
      'not_applicable',
      'solve=keep needs sites of dropout, and a technique that takes a keep.',
    );
  return sites;
}

/** How each number is solved for, and between which values. */
const SOLVERS: Readonly<
  Record<Exclude<Asked['solve'], undefined | 'depth'>, (query: BlockQuery) => Solution>
> = {
  keep: (query) => {
    const sites = sitesOf(query);
    const at = (rate: number) => withChange(query, Object.fromEntries(sites.map((site) => [site, rate])));
    const drop = findRoot((rate) => excessOf(at(rate)), 0.999, 1e-9);
    return typeof drop === 'number' ? 1 - drop : drop;
  },
  sigma_w2: (query) => {
    const own = Object.fromEntries(MATRIX_VARIANCES.map((name) => [name, undefined]));
    const rest = { ...query, ...own, std: undefined, init: undefined };
    return findRoot((sigma_w2) => excessOf({ ...rest, sigma_w2 }), 100, 1e-4);
  },
  branch: (query) => findRoot((branch) => excessOf({ ...query, branch }), BLOCK_PARAMETERS.branch.max, 1e-9),
};

/** How far the logarithm of the margin after the blocks of a query is above the threshold; −∞ where it is not known. */
function excessOf(query: BlockQuery): number {
  const margin = measure(query, 0)?.margin ?? 0;
  return margin > 0 ? Math.log(margin) - MARGIN_THRESHOLDS.depth_low : Number.NEGATIVE_INFINITY;
}

/** Where a number of blocks lies beside the thresholds. */
function verdictOn(blocks: number, low: number | null, high: number | null): Verdict {
  if (low === null || blocks <= low) return 'trainable';
  return high === null || blocks <= high ? 'doubtful' : 'not_trainable';
}

/** A power as small as this means that the margin stops falling. */
const NEGLIGIBLE_POWER = 1e-9;

/**
 * What an answer about blocks means, in sentences.
 *
 * @param network that it is about
 * @param row its numbers
 * @example describeBlocks(network, answerBlocks(network, 'token', effort))
 */
export function describeBlocks(network: Network, row: ReturnType<typeof answerBlocks>): string {
  const { depth: blocks } = network;
  const { depth_low, depth_high, margin, kind, basis, limited_by } = row;
  const isAttention = network.tokens !== undefined;
  const alike = isAttention ? 'two tokens' : 'two inputs';
  if (depth_low === null && margin === null && blocks !== undefined)
    return `${row.reason} All is said of the start of training.`;
  const first =
    blocks === undefined || margin === null
      ? `The margin is by how much more alike one input under two masks is than ${alike}; networks trained down to about e^−6 = .0025.`
      : `After ${blocks} blocks the margin by which one input under two masks is more alike than ${alike} is ${shorten(margin)}; networks trained down to about e^−6 = .0025.`;
  const depth =
    depth_low === null
      ? `It does not fall to that within ${row.blocks_searched} blocks.`
      : limited_by === 'float_range'
        ? `The variance leaves float32 after ${shorten(depth_low)} blocks.`
        : `It falls to that after ${shorten(depth_low)} blocks, and to e^−6.6 after ${depth_high === null ? 'more' : shorten(depth_high)}.`;
  const law =
    kind === 'scale' && row.xi_2 !== null
      ? `It falls by a factor of e in ${shorten(row.xi_2)} blocks.`
      : kind === 'frozen' || (row.kappa !== null && row.kappa < NEGLIGIBLE_POWER)
        ? 'It stops falling.'
        : kind === 'power' && row.kappa !== null
          ? `It falls as the variance of the stream to the power −${shorten(row.kappa)}, so that further blocks matter less and less.`
          : '';
  const rests =
    basis === 'pilot'
      ? 'The thresholds are from a pilot with such blocks on MNIST.'
      : 'The thresholds are from a pilot with feed-forward blocks and layer norm: for these blocks they are extrapolated.';
  return [first, depth, law, rests, 'All is said of the start of training.'].filter(Boolean).join(' ');
}

/** Why there is no number to be solved for. */
function whyUnsolved(solve: NonNullable<Asked['solve']>, solution: Solution | null | undefined): string {
  if (solution === 'everywhere') return `${EVERYWHERE[solve]} is enough.`;
  return solution === 'nowhere' ? `no ${solve} is enough.` : 'it takes too much work.';
}

/** What is enough where every value that is looked at is. */
const EVERYWHERE: Readonly<Record<NonNullable<Asked['solve']>, string>> = {
  keep: 'every keep, down to .001,',
  sigma_w2: 'every sigma_w2, up to 100,',
  branch: `every branch, up to ${BLOCK_PARAMETERS.branch.max},`,
  depth: 'every number of blocks that was searched',
};

/** The work of writing the sentences and the code of an answer, in evaluations. */
const TEXT_WORK = 500;

/**
 * Advice on a network of blocks, as columns: whether the number of blocks is within reach, why, and what raises the margin most.
 *
 * @param asked the query
 * @param effort how much work it may take
 * @throws ParameterError for what networks of blocks do not have, and where nothing says how many blocks there are
 * @example adviseBlocks({ preset: 'bert_base', loss: 'token', framework: 'pytorch' }, effort).verdict
 */
export function adviseBlocks({ loss, framework, solve, ...query }: Asked, effort: Effort) {
  count(TEXT_WORK);
  const network = networkFromBlockQuery(query);
  if (network.depth === undefined)
    throw new ParameterError('blocks', 'missing', 'Say how many blocks are wanted.');
  const row = answerBlocks(network, loss, effort);
  const verdict =
    row.margin === null && row.limited_by === null
      ? 'unknown'
      : verdictOn(network.depth, row.depth_low, row.depth_high);
  const { changes, complete } =
    row.margin === null
      ? { changes: [], complete: true }
      : rankChanges(query, row.margin, network.depth, effort);
  const solution: Solution | null | undefined =
    solve === undefined
      ? undefined
      : solve === 'depth'
        ? (row.depth_low ?? (row.limited_by === null ? 'everywhere' : null))
        : effort.attempt(() => SOLVERS[solve](query));
  const solved = typeof solution === 'number' || solution === undefined ? solution : null;
  return {
    network,
    row,
    verdict,
    reason: [
      describeBlocks(network, row),
      ...(changes.length > 0 ? ['The changes that help most stand first.'] : []),
      ...(solve && solved === null ? [`solved: ${whyUnsolved(solve, solution)}`] : []),
    ].join(' '),
    changes,
    complete,
    solved,
    framework,
  };
}
