import { adviseAboutBlocks, adviseAboutLayers } from '../../answers/advice.ts';
import { answerBlocks, followBlocks } from '../../answers/blocks.ts';
import { answerDepthScales } from '../../answers/depth-scales.ts';
import { type Effort, SingleEffort } from '../../answers/effort.ts';
import { type DepthVerdict, judgeDepth, type KnownDepth } from '../../answers/judge-depth.ts';
import { type FittedAnswer, fittedFor } from '../../answers/rule.ts';
import { readLaw } from '../../answers/trainable-depth.ts';
import { answerTrajectory } from '../../answers/trajectory.ts';
import { networkFromBlockQuery } from '../../networks/from-block-query.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { depthScales, estimateLimits } from '../../theory/index.ts';
import {
  adviceQuery,
  type BlockPoint,
  blocksQuery,
  blockTrajectoryQuery,
  depthQuery,
  isPlain,
  numberOf,
  readPoint,
  scalesQuery,
  trajectoryQuery,
} from './question.ts';
import type { State } from './state.ts';

type DepthPoint = Parameters<typeof networkFromQuery>[0] & {
  readonly width: number;
  readonly depth: number;
  readonly c_diff: number;
  readonly data?: 'mnist';
  readonly steps?: number;
  readonly batch?: number;
  readonly learning_rate?: number;
  readonly optimiser?: string;
};

/** The verdict about the network of a state. */
export type Answer = {
  readonly verdict: DepthVerdict;
  /** layers or blocks wanted */
  readonly depth: number;
  readonly unit: 'layers' | 'blocks';
  /** the depth by the fitted rule, and the limits by the theory; null where there are none */
  readonly fitted: FittedAnswer | null;
  readonly theory: KnownDepth['limits'];
  /** what the fitted rule is a guess about: settings beyond what was measured, and `network` */
  readonly outside: readonly string[];
  /** why there is no number, or what must be said of it */
  readonly note: string | null;
};

/**
 * Whether the network of a state can be trained, and how deep.
 *
 * @param state of the page
 * @throws ParameterError for what the theory does not cover
 * @example answer(store.get()).verdict.verdict
 */
export const answer = (state: State): Answer =>
  isPlain(state) ? answerPlain(state) : answerAboutBlocks(state);

/** As much work as a request to the API may take: what takes more is null here, too, and the page stays quick. */
function limitWork<T>(ask: (effort: Effort) => T): T {
  const effort = new SingleEffort();
  return effort.run(() => ask(effort));
}

function answerPlain(state: State): Answer {
  const { depth, c_diff, ...query } = readPoint<DepthPoint>(depthQuery(state));
  const network = networkFromQuery(query, { width: query.width });
  const { data, width, steps, batch, learning_rate, optimiser } = query;
  const init = query.init && readLaw(query.init);
  const settings = { data, width, steps, batch, learning_rate, optimiser, init };
  const { scales, fitted, limits } = limitWork((effort) => {
    const found = depthScales(network, effort.goesOn);
    return {
      scales: found,
      fitted: effort.attempt(() => fittedFor(network, settings, found)),
      limits: effort.attempt(() => estimateLimits(network, { c_diff })),
    };
  });
  return {
    verdict: judgeDepth(depth, { limits, scales, fitted }),
    fitted,
    theory: limits,
    depth,
    unit: 'layers',
    outside: fitted?.outside ?? [],
    note: fitted === null ? 'Nothing like this network was measured, so that the theory stands alone.' : null,
  };
}

function answerAboutBlocks(state: State): Answer {
  const row = blockRow(state);
  const depth = numberOf(state, 'depth') ?? 1;
  const { depth_low: low, depth_high: high, depth: middle, limited_by, basis, reason } = row;
  const verdict = judgeDepth(depth, {
    limits:
      row.blocks_searched > 0 ? { low: { depth: low, limited_by }, high: { depth: high, limited_by } } : null,
    scales: undefined,
    fitted: null,
  });
  return {
    verdict: { ...verdict, limit: middle ?? low, low, high, because: '' },
    fitted: null,
    theory: null,
    depth,
    unit: 'blocks',
    outside: basis === 'pilot' ? [] : ['network'],
    // (the reasons of the API are about its columns: they stand beside the numbers)
    note: verdict.verdict === 'unknown' ? reason : null,
  };
}

/** What is known of the network of blocks of a state, as `/v1/blocks` has it. */
export function blockRow(state: State) {
  const { loss, ...query } = readPoint<BlockPoint>(blocksQuery(state));
  return limitWork((effort) => answerBlocks(networkFromBlockQuery(query), loss, effort));
}

/** The depth scales of the plain stack of a state, as `/v1/depth-scales` has them. */
export const scalesRow = (state: State) =>
  limitWork((effort) => answerDepthScales(readPoint<DepthPoint>(scalesQuery(state)), effort));

/** The layers of the plain stack of a state, or the blocks of its network. */
export function followNetwork(state: State): readonly Readonly<Record<string, unknown>>[] {
  if (isPlain(state))
    return limitWork((effort) =>
      answerTrajectory(readPoint<Parameters<typeof answerTrajectory>[0]>(trajectoryQuery(state)), effort),
    );
  const {
    field: _,
    seed: __,
    loss,
    ...query
  } = readPoint<BlockPoint & { field: string; seed: number }>(blockTrajectoryQuery(state));
  return limitWork(() => followBlocks(networkFromBlockQuery(query), loss));
}

/** Advice on the network of a state, as `/v1/advice` has it. */
export function adviceRow(state: State) {
  const query = readPoint<Parameters<typeof adviseAboutLayers>[0]>(adviceQuery(state));
  return limitWork((effort) =>
    isPlain(state) ? adviseAboutLayers(query, effort) : adviseAboutBlocks(query, effort),
  );
}
