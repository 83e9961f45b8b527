import type { SearchOptions } from '../../schemas/plan-options.ts';
import { MANY_NETWORKS, measuredFrontier, type Trials } from '../../theory/index.ts';

/** So far beyond the depths that can be tried the frontier may lie, as a factor: as theory's measuredFrontier has it. */
export const MARGIN = 8;

/** Possible ln L50 of a column, and for each the widths of the transition. */
const PLACES = 161;
const WIDTHS = Array.from({ length: 13 }, (_, i) => 0.02 * 50 ** (i / 12));

/** The logistic of one depth at each possible (ln L50, width), row-major [places, widths]. */
type DepthTable = {
  /** −ln P of its success and of its failure */
  readonly success: Float64Array;
  readonly failure: Float64Array;
  /** 1 / P of its success */
  readonly inverse: Float64Array;
};

/** Possible ln L50 for depths from a first one to a last one, and what was computed of depths there: a search asks for the same hundreds of times. */
class Places {
  readonly first: number;
  readonly last: number;
  /** rising */
  readonly logs: readonly number[];
  readonly #tables = new Map<number, DepthTable>();

  constructor(first: number, last: number) {
    [this.first, this.last] = [first, last];
    this.logs = Array.from({ length: PLACES }, (_, i) => first + ((last - first) * i) / (PLACES - 1));
  }

  tableOf(depth: number): DepthTable {
    const known = this.#tables.get(depth);
    if (known) return known;
    const log = Math.log(depth);
    const exponents = this.logs.flatMap((place) => WIDTHS.map((width) => (log - place) / width));
    const table = {
      success: Float64Array.from(exponents, softplus),
      failure: Float64Array.from(exponents, (u) => softplus(-u)),
      inverse: Float64Array.from(exponents, (u) => 1 + Math.exp(u)),
    };
    this.#tables.set(depth, table);
    return table;
  }
}

/** The places of the last depths that were asked for: all columns of a search have the same. */
let lastPlaces: Places | undefined;

function placesFor(depths: readonly number[]): Places {
  const [first, last] = [Math.log(Math.min(...depths) / MARGIN), Math.log(Math.max(...depths) * MARGIN)];
  if (lastPlaces?.first !== first || lastPlaces.last !== last) lastPlaces = new Places(first, last);
  return lastPlaces;
}

/** What is believed of a column: weights of possible (ln L50, width), which add up to 1. */
export type Belief = {
  readonly places: Places;
  /** row-major [places, widths] */
  readonly weights: Float64Array;
};

/**
 * What to believe of a column's frontier after some trials: the posterior of the logistic P = 1 / (1 + (L/L50)^{1/w}) in
 * ln L, with L50 as likely in any octave from far below to far above the depths that can be tried, and w between a factor
 * of 1.02 and one of e.
 * @see MacKay 1992, "Information-based objective functions for active data selection"
 */
export function updateBelief(depths: readonly number[], trials: readonly Trials[]): Belief {
  const places = placesFor(depths);
  const weights = new Float64Array(PLACES * WIDTHS.length);
  for (const { depth, trained, succeeded } of trials) {
    const { success, failure } = places.tableOf(depth);
    for (let i = 0; i < weights.length; i++)
      weights[i] =
        (weights[i] as number) -
        (succeeded * (success[i] as number) + (trained - succeeded) * (failure[i] as number));
  }
  const most = weights.reduce((a, b) => Math.max(a, b));
  for (let i = 0; i < weights.length; i++) weights[i] = Math.exp((weights[i] as number) - most);
  const sum = weights.reduce((a, b) => a + b);
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / sum;
  return { places, weights };
}

/** What one more network of a depth would tell. */
export type TrialPrediction = {
  /** probability that it trains */
  readonly success: number;
  /** mutual information of its success and ln L50, in nats */
  readonly information: number;
};

/** What one more network of a depth is expected to tell of the frontier. */
export function predictTrial({ places, weights }: Belief, depth: number): TrialPrediction {
  const { inverse } = places.tableOf(depth);
  let [success, within] = [0, 0];
  for (let i = 0; i < PLACES; i++) {
    let [weight, own] = [0, 0];
    for (let at = i * WIDTHS.length; at < (i + 1) * WIDTHS.length; at++) {
      const part = weights[at] as number;
      weight += part;
      own += part / (inverse[at] as number);
    }
    success += own;
    if (weight > 0) within += weight * entropy(own / weight);
  }
  return { success, information: Math.max(0, entropy(success) - within) };
}

/** The probability that a column crosses within the depths that can be tried. */
export function computeCrossing({ places, weights }: Belief, depths: readonly number[]): number {
  const [first, last] = [Math.log(Math.min(...depths)), Math.log(Math.max(...depths))];
  let inside = 0;
  places.logs.forEach((place, i) => {
    if (place < first || place > last) return;
    for (let j = 0; j < WIDTHS.length; j++) inside += weights[i * WIDTHS.length + j] as number;
  });
  return inside;
}

/** The central interval that holds so much of the belief in L50. */
export function computeCredibleInterval(
  { places, weights }: Belief,
  share: number,
): [low: number, high: number] {
  const tail = (1 - share) / 2;
  const ends = [0, PLACES - 1];
  let below = 0;
  places.logs.forEach((_, i) => {
    const before = below;
    for (let j = 0; j < WIDTHS.length; j++) below += weights[i * WIDTHS.length + j] as number;
    if (before < tail && below >= tail) ends[0] = i;
    if (before < 1 - tail && below >= 1 - tail) ends[1] = i;
  });
  return [
    Math.exp(places.logs[ends[0] as number] as number),
    Math.exp(places.logs[ends[1] as number] as number),
  ];
}

const entropy = (p: number) => (p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p));

const softplus = (u: number) => (u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u)));

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
 */
export function chooseDepths(
  { depths, seeds, cost }: Column,
  trials: readonly Trials[],
  { interval, networks_per_round, replicates, min_networks, max_networks }: SearchOptions,
): number[] {
  const trained = trials.reduce((sum, trial) => sum + trial.trained, 0);
  if (trained >= max_networks) return [];
  const now = updateBelief(depths, trials);
  // (one round is trained of every column: a grid says what it was that does not cross)
  if (trained >= min_networks && (computeCrossing(now, depths) < CENSORED || isNarrow(trials, now, interval)))
    return [];
  const counts = new Map(trials.map((trial) => [trial.depth, trial.trained]));
  const expected = [...trials];
  const chosen: number[] = [];
  while (chosen.length < Math.min(networks_per_round, max_networks - trained)) {
    const belief = updateBelief(depths, expected);
    let best: { depth: number; success: number; worth: number } | undefined;
    for (const depth of depths) {
      if ((counts.get(depth) ?? 0) >= seeds) continue;
      const { success, information } = predictTrial(belief, depth);
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
  const [from, to] = computeCredibleInterval(belief, 0.95);
  if (to / from > interval) return false;
  const { low, high } = measuredFrontier(trials, MANY_NETWORKS);
  return low !== null && high !== null && high / low <= interval;
}
