import { ParameterError } from '../parameter-error.ts';
import { makeProfile, type Profile, type Trials } from './profile.ts';

export type { Trials } from './profile.ts';

/** A measured trainable depth. */
export type Frontier = {
  /** L50, the depth at which half of the networks train; null where all or none of them did */
  readonly depth: number | null;
  /** ends of the 95 % interval; null where it is open: the frontier may lie anywhere beyond what was tried */
  readonly low: number | null;
  readonly high: number | null;
  /** `deeper`: every network trained, so the frontier lies beyond `low`; `shallower`: none did; null otherwise */
  readonly censored: 'deeper' | 'shallower' | null;
};

/** Half of the 95 % quantile of χ² with one degree of freedom: how far a log-likelihood may fall, of many networks. */
export const MANY_NETWORKS = 3.841458820694124 / 2;

/**
 * The same for the 12 to 30 networks that columns have, of which few are near the frontier, and for searches, which stop when the
 * interval is narrow by luck: so that about 95 of 100 simulated columns hold the true depth (the tests here and of
 * `trainer/frontier/choose.ts`).
 */
const FEW_NETWORKS = 2.7;

/** So far beyond the depths that were tried an interval may reach before it counts as open, as a factor. */
const SEARCH_FACTOR = 8;

/**
 * The trainable depth of one column of a measured plane: L50 of a logistic in ln L, P = 1 / (1 + (L/L50)^{1/w}), fitted to
 * all networks by maximum likelihood, with the interval of the profile likelihood. Success near the frontier is random,
 * so no single run decides. Where successes and failures do not overlap every depth between them is as likely, and the
 * estimate is the middle of that gap in ln L.
 *
 * @param trials depths in any order, each with at least one network
 * @param drop how far the log-likelihood falls to the ends of the interval
 * @returns L50 and its interval, in layers
 * @throws ParameterError without trials, or for counts that cannot be
 * @see Schoenholz et al. 2017 (trainable depth as a threshold in accuracy); profile likelihood: Venzon, Moolgavkar 1988,
 * "A method for computing profile-likelihood-based confidence intervals"
 * @example measuredFrontier([{ depth: 10, trained: 3, succeeded: 3 }, { depth: 40, trained: 3, succeeded: 0 }]).depth // 20
 */
export function measuredFrontier(trials: readonly Trials[], drop = FEW_NETWORKS): Frontier {
  const { start, end, profile } = makeLikelihood(trials);
  const total = (of: keyof Trials) => trials.reduce((sum, trial) => sum + trial[of], 0);
  const [trained, succeeded] = [total('trained'), total('succeeded')];

  const [left, right] = findPlateau(
    profile,
    Array.from({ length: 121 }, (_, i) => start + ((end - start) * i) / 120),
  );
  const level = profile.at((left + right) / 2) - drop;
  const reaches = (x: number) => profile.reaches(x, level);
  const edge = (inside: number, outside: number) =>
    reaches(outside) ? null : bisect(reaches, inside, outside);
  const [low, high] = [edge(left, start), edge(right, end)].map((x) => (x === null ? null : Math.exp(x)));
  const censored = succeeded === trained ? 'deeper' : succeeded === 0 ? 'shallower' : null;
  return {
    depth: censored ? null : Math.exp((left + right) / 2),
    low: low as number | null,
    high: high as number | null,
    censored,
  };
}

/** How likely a column's networks are for each L50: see {@link frontierLikelihood}. */
export type FrontierLikelihood = {
  /** ln L50, evenly spaced and rising */
  readonly places: Float64Array;
  /** the logarithm of the likelihood at each, less its largest; before the first place and after the last it stays as it is there */
  readonly logs: Float64Array;
};

/**
 * The profile likelihood of ln L50 of one column, at evenly spaced places: what a column says about its frontier, from
 * a sharp peak to the half-line of a column that never crosses.
 *
 * @param trials depths in any order, each with at least one network
 * @param places how many
 * @throws ParameterError without trials, for counts that cannot be, or fewer than two places
 * @see {@link measuredFrontier}
 * @example frontierLikelihood([{ depth: 10, trained: 3, succeeded: 3 }]).logs.at(-1) // 0
 */
export function frontierLikelihood(trials: readonly Trials[], places = 481): FrontierLikelihood {
  if (!(Number.isInteger(places) && places >= 2))
    throw new ParameterError('places', 'out_of_range', 'There must be at least two places.', { min: 2 });
  const { start, end, profile } = makeLikelihood(trials);
  const at = Float64Array.from({ length: places }, (_, i) => start + ((end - start) * i) / (places - 1));
  const heights = at.map(profile.at);
  const most = heights.reduce((a, b) => Math.max(a, b));
  return { places: at, logs: heights.map((height) => height - most) };
}

/** The profile likelihood as a function of ln L50, and the range in which it is looked at. */
function makeLikelihood(trials: readonly Trials[]) {
  if (trials.length === 0) throw new ParameterError('trials', 'missing', 'There must be at least one depth.');
  for (const { depth, trained, succeeded } of trials)
    if (!(depth > 0 && trained >= 1 && succeeded >= 0 && succeeded <= trained))
      throw new ParameterError(
        'trials',
        'out_of_range',
        'Depths and counts must be positive, and no more can succeed than were trained.',
      );
  const logs = trials.map(({ depth }) => Math.log(depth));
  const [start, end] = [
    Math.min(...logs) - Math.log(SEARCH_FACTOR),
    Math.max(...logs) + Math.log(SEARCH_FACTOR),
  ];
  return { start, end, profile: makeProfile(trials) };
}

/** Flat to within what one could tell. */
const FLAT_DIFFERENCE = 1e-3;

/** The ends of where the likelihood is at its largest: a point, or a gap in which it is flat. */
function findPlateau({ at, reaches, misfit }: Profile, grid: readonly number[]): [number, number] {
  // (near the top first: what is below the best so far is not on it)
  const misfits = grid.map(misfit);
  let best = at(grid[misfits.indexOf(Math.min(...misfits))] as number);
  const heights = grid.map((x) => {
    if (!reaches(x, best - FLAT_DIFFERENCE)) return Number.NEGATIVE_INFINITY;
    const height = at(x);
    best = Math.max(best, height);
    return height;
  });
  const level = best - FLAT_DIFFERENCE;
  const [from, to] = [heights.findIndex((h) => h >= level), heights.findLastIndex((h) => h >= level)];
  const place = (i: number) => grid[Math.min(Math.max(i, 0), grid.length - 1)] as number;
  const high = (x: number) => reaches(x, level);
  return [
    from === 0 ? place(0) : bisect(high, place(from), place(from - 1)),
    to === grid.length - 1 ? place(to) : bisect(high, place(to), place(to + 1)),
  ];
}

/** Where a condition that holds at `inside` and not at `outside` ends. */
function bisect(holds: (x: number) => boolean, inside: number, outside: number): number {
  let [good, bad] = [inside, outside];
  for (let round = 0; round < 40 && Math.abs(good - bad) > 1e-7; round++) {
    const middle = (good + bad) / 2;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
