import type { Trials } from '../../theory/index.ts';

/** So far beyond the depths that can be tried the frontier may lie, as a factor: as theory's measuredFrontier has it. */
const BEYOND = 8;

/** Possible ln L50 of a column, and for each the widths of the transition. */
const PLACES = 161;
const WIDTHS = Array.from({ length: 13 }, (_, i) => 0.02 * 50 ** (i / 12));

/** What is believed of a column: weights of possible (ln L50, width), which add up to 1. */
export type Belief = {
  /** possible ln L50, rising */
  readonly places: readonly number[];
  /** row-major [places, widths] */
  readonly weights: Float64Array;
};

/**
 * What to believe of a column's frontier after some trials: the posterior of the logistic P = 1 / (1 + (L/L50)^{1/w}) in
 * ln L, with L50 as likely in any octave from far below to far above the depths that can be tried, and w between a factor
 * of 1.02 and one of e.
 *
 * @param depths that can be tried
 * @param trials so far; counts may be fractions
 * @see MacKay 1992, "Information-based objective functions for active data selection"
 * @example crossing(beliefAfter([10, 20, 40], [{ depth: 10, trained: 1, succeeded: 1 }]), [10, 20, 40])
 */
export function beliefAfter(depths: readonly number[], trials: readonly Trials[]): Belief {
  const [first, last] = [Math.log(Math.min(...depths) / BEYOND), Math.log(Math.max(...depths) * BEYOND)];
  const places = Array.from({ length: PLACES }, (_, i) => first + ((last - first) * i) / (PLACES - 1));
  const weights = new Float64Array(PLACES * WIDTHS.length);
  places.forEach((place, i) => {
    WIDTHS.forEach((width, j) => {
      let log = 0;
      for (const { depth, trained, succeeded } of trials) {
        const u = (Math.log(depth) - place) / width;
        log -= succeeded * softplus(u) + (trained - succeeded) * softplus(-u);
      }
      weights[i * WIDTHS.length + j] = log;
    });
  });
  const most = weights.reduce((a, b) => Math.max(a, b));
  for (let i = 0; i < weights.length; i++) weights[i] = Math.exp((weights[i] as number) - most);
  const sum = weights.reduce((a, b) => a + b);
  for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / sum;
  return { places, weights };
}

/** What one more network of a depth would tell. */
export type Outlook = {
  /** probability that it trains */
  readonly success: number;
  /** mutual information of its success and ln L50, in nats */
  readonly information: number;
};

/**
 * What one more network of a depth is expected to tell of the frontier.
 *
 * @param belief see {@link beliefAfter}
 * @param depth of the network
 * @example outlook(belief, 20).information
 */
export function outlook({ places, weights }: Belief, depth: number): Outlook {
  const log = Math.log(depth);
  let [success, within] = [0, 0];
  places.forEach((place, i) => {
    let [weight, own] = [0, 0];
    WIDTHS.forEach((width, j) => {
      const part = weights[i * WIDTHS.length + j] as number;
      weight += part;
      own += part / (1 + Math.exp((log - place) / width));
    });
    success += own;
    if (weight > 0) within += weight * entropy(own / weight);
  });
  return { success, information: Math.max(0, entropy(success) - within) };
}

/**
 * The probability that a column crosses within the depths that can be tried.
 *
 * @param belief see {@link beliefAfter}
 * @param depths that can be tried
 * @example crossing(belief, [10, 20, 40])
 */
export function crossing({ places, weights }: Belief, depths: readonly number[]): number {
  const [first, last] = [Math.log(Math.min(...depths)), Math.log(Math.max(...depths))];
  let inside = 0;
  places.forEach((place, i) => {
    if (place < first || place > last) return;
    for (let j = 0; j < WIDTHS.length; j++) inside += weights[i * WIDTHS.length + j] as number;
  });
  return inside;
}

/**
 * The central interval that holds so much of the belief in L50.
 *
 * @param belief see {@link beliefAfter}
 * @param share of the belief
 * @returns its ends in layers
 * @example credible(belief, 0.95)
 */
export function credible({ places, weights }: Belief, share: number): [low: number, high: number] {
  const tail = (1 - share) / 2;
  const ends = [0, places.length - 1];
  let below = 0;
  places.forEach((_, i) => {
    const before = below;
    for (let j = 0; j < WIDTHS.length; j++) below += weights[i * WIDTHS.length + j] as number;
    if (before < tail && below >= tail) ends[0] = i;
    if (before < 1 - tail && below >= 1 - tail) ends[1] = i;
  });
  return [Math.exp(places[ends[0] as number] as number), Math.exp(places[ends[1] as number] as number)];
}

const entropy = (p: number) => (p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p));

const softplus = (u: number) => (u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u)));
