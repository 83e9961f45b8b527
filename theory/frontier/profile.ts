import { count } from '../work.ts';

/** How many networks of a depth were trained, and how many of them learned. */
export type Trials = { readonly depth: number; readonly trained: number; readonly succeeded: number };

/** Widths of the transition in ln L that are possible: from a factor of 1.02 in depth to one of e. */
const WIDTHS = Array.from({ length: 25 }, (_, i) => 0.02 * 50 ** (i / 24));

/** So many terms of a likelihood take as long as one evaluation. */
const TERMS = 2;

/** So many distances of depths from a place take as long as one. */
const DISTANCES = 20;

/** What rounding may do to a bound on a log-likelihood. */
const ROUNDING = 1e-9;

/** The profile log-likelihood of ln L50: that with the width of the transition that suits it best. */
export type Profile = {
  /** @param x ln L50 */
  readonly at: (x: number) => number;
  /** whether `at(x)` is so much or more: much faster, because one width decides */
  readonly reaches: (x: number, level: number) => boolean;
  /** networks on the wrong side of x, times how far they are from it: over the width it is less than what they cost */
  readonly misfit: (x: number) => number;
};

/**
 * The profile likelihood of a column's trials under P(train) = 1 / (1 + (L/L50)^{1/w}), over 25 widths w.
 *
 * @param trials depths in any order
 * @returns see {@link Profile}
 * @example makeProfile([{ depth: 10, trained: 3, succeeded: 3 }]).at(Math.log(1000)) // −0
 */
export function makeProfile(trials: readonly Trials[]): Profile {
  const logs = trials.map(({ depth }) => Math.log(depth));
  const succeeded = trials.map((trial) => trial.succeeded);
  const failed = trials.map((trial) => trial.trained - trial.succeeded);
  /** Of one width; where that is below `least`, anything below `least`. */
  const withWidth = (x: number, width: number, least: number): number => {
    count(1 + logs.length / TERMS);
    let sum = 0;
    for (let i = 0; i < logs.length && sum >= least; i++) {
      const u = ((logs[i] as number) - x) / width;
      // ln P = −ln(1 + eᵘ) and ln(1 − P) = −ln(1 + e⁻ᵘ)
      const [n, m] = [succeeded[i] as number, failed[i] as number];
      if (n > 0) sum -= n * softplus(u);
      if (m > 0) sum -= m * softplus(-u);
    }
    return sum;
  };
  const misfit = (x: number): number => {
    count(1 + logs.length / DISTANCES);
    let sum = 0;
    for (let i = 0; i < logs.length; i++) {
      const above = (logs[i] as number) - x;
      sum += above > 0 ? (succeeded[i] as number) * above : -(failed[i] as number) * above;
    }
    return sum;
  };
  // the width that suited the last place is tried first: it rules out most others of the next
  let first = WIDTHS.length - 1;
  return {
    misfit,
    at: (x) => {
      const wrong = misfit(x);
      let best = withWidth(x, WIDTHS[first] as number, Number.NEGATIVE_INFINITY);
      let suited = first;
      WIDTHS.forEach((width, k) => {
        if (k === first || -wrong / width < best - ROUNDING) return;
        const sum = withWidth(x, width, best);
        if (sum > best) [best, suited] = [sum, k];
      });
      first = suited;
      return best;
    },
    reaches: (x, level) => {
      const wrong = misfit(x);
      const does = (width: number) =>
        -wrong / width >= level - ROUNDING && withWidth(x, width, level) >= level;
      if (does(WIDTHS[first] as number)) return true;
      const found = WIDTHS.findIndex((width, k) => k !== first && does(width));
      if (found >= 0) first = found;
      return found >= 0;
    },
  };
}

/** ln(1 + eᵘ), to the last digit: far from 0 that is u, or eᵘ. */
const softplus = (u: number): number => {
  if (u > 34) return u;
  if (u < -38) return Math.exp(u);
  return u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u));
};
