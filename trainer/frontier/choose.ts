import type { SearchOptions } from '../../schemas/plan-options.ts';
import { MANY_NETWORKS, measuredFrontier, type Trials } from '../../theory/index.ts';
import { type Belief, beliefAfter, credible, crossing, outlook } from './belief.ts';

/** A column as a search sees it. */
export type Column = {
  /** depths that can be tried, rising */
  readonly depths: readonly number[];
  /** networks of each depth that can be trained */
  readonly seeds: number;
  /** what a network of a depth costs beside others */
  readonly cost: (depth: number) => number;
};

/** A column that is believed to cross within its depths with less than this is given up as censored. */
const CENSORED = 0.025;

/**
 * Chooses the networks of a column to train next: one after the other the depth whose success or failure tells most about
 * the frontier for what it costs, the ones chosen before taken as if they had succeeded with the probability expected.
 * The choice depends on the trials alone, not on who trained them or when.
 *
 * @param column what can be trained
 * @param trials what was trained
 * @param options of the search
 * @returns depths, the same one perhaps several times; none when the column is finished: its interval is narrow enough,
 *   it does not cross, or there is nothing left to train
 * @example chooseDepths({ depths: [10, 20, 40], seeds: 3, cost: (depth) => depth }, [], options)
 */
export function chooseDepths(
  { depths, seeds, cost }: Column,
  trials: readonly Trials[],
  { interval, together, replicates, least, most }: SearchOptions,
): number[] {
  const trained = trials.reduce((sum, trial) => sum + trial.trained, 0);
  const now = beliefAfter(depths, trials);
  // (one round is trained of every column: a grid says what it was that does not cross)
  const over = isNarrow(trials, now, interval) || crossing(now, depths) < CENSORED;
  if (trained >= most || (trained >= least && over)) return [];
  const counts = new Map(trials.map((trial) => [trial.depth, trial.trained]));
  const expected = [...trials];
  const chosen: number[] = [];
  while (chosen.length < Math.min(together, most - trained)) {
    const belief = beliefAfter(depths, expected);
    let best: { depth: number; success: number; worth: number } | undefined;
    for (const depth of depths) {
      if ((counts.get(depth) ?? 0) >= seeds) continue;
      const { success, information } = outlook(belief, depth);
      const worth = information / cost(depth);
      if (!best || worth > best.worth) best = { depth, success, worth };
    }
    if (!best) break;
    const { depth, success } = best;
    const before = counts.get(depth) ?? 0;
    const more = Math.min(replicates, seeds - before);
    for (let i = 0; i < more; i++) chosen.push(depth);
    counts.set(depth, before + more);
    expected.push({ depth, trained: more, succeeded: more * success });
  }
  return chosen;
}

/**
 * Both intervals must be narrow: that of the likelihood alone is so by chance where few networks were trained. (The likelihood's is
 * the one of many networks; the one that is reported afterwards is wider, and allows for stopping here.)
 */
function isNarrow(trials: readonly Trials[], belief: Belief, interval: number): boolean {
  if (trials.length === 0) return false;
  const { low, high } = measuredFrontier(trials, MANY_NETWORKS);
  const [from, to] = credible(belief, 0.95);
  return low !== null && high !== null && high / low <= interval && to / from <= interval;
}
