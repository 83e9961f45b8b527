import type { Pair } from '../activation.ts';
import { count, TERMS } from '../work.ts';
import { hermiteSeries, NOTHING, type Series } from './hermite.ts';
import { numericMoments } from './moments.ts';
import { nearAligned } from './near-aligned.ts';
import type { Shape } from './panels.ts';

/** The longest series that is usual, and longer ones, for which finer panels are needed. */
const LENGTHS = [400, 800, 1600] as const;

/** What the series leaves out may be this part of E[φ′²]. */
const ENOUGH = 1e-16;

/**
 * The two-input averages of any piecewise analytic activation, for all q > 0 and m = 1 − c in (0, 2]: by the power series
 * in c, which is computed once per q and then costs less than a microsecond per m, where what it leaves out is below rounding; by
 * {@link nearAligned} otherwise.
 *
 * @param shape the activation
 * @returns the averages at q as a function of m
 * @see Daniely, Frostig, Singer 2016, for the series
 * @example numericPair(silu)(1)(1).gap // 0.31308…
 */
export function numericPair(shape: Shape): (q: number) => (m: number) => Pair {
  const moments = numericMoments(shape);
  return (q) => {
    const series: ((count: number) => Series)[] = [];
    const pairNear = nearAligned(shape, q);
    let variance: number | undefined;
    return (m) => {
      // What is left out after n terms is at most E[φ′²] |c|ⁿ.
      const fall = Math.abs(m < 1 ? Math.log1p(-m) : Math.log(m - 1));
      const needed = Math.max(1, Math.ceil(-Math.log(ENOUGH) / fall));
      let shorter: Series | undefined;
      for (const [level, most] of LENGTHS.entries()) {
        if (shorter && needed > most && !ends(shorter, most)) continue;
        series[level] ??= hermiteSeries(shape, q, most);
        const found = (series[level] as (count: number) => Series)(needed);
        if (found.ended) return sum(found, 0, m);
        if (found.size >= needed) {
          variance ??= moments(q).variance;
          return sum(found, variance, m);
        }
        shorter = found;
      }
      return pairNear(m);
    };
  };
}

/** Whether coefficients that fall like exp(−a√n), as those of a φ analytic in a strip do, are nothing after so many. */
function ends({ squares, size }: Series, length: number): boolean {
  const about = (n: number) => Math.log((squares[n - 1] as number) + (squares[n - 2] as number));
  const fall = (about(size / 2) - about(size)) / (Math.sqrt(size) - Math.sqrt(size / 2));
  return about(size) - about(2) - fall * (Math.sqrt(length) - Math.sqrt(size)) < Math.log(NOTHING / length);
}

/**
 * Σ bₙ² cⁿ and Σ bₙ² (1 − cⁿ⁺¹)/(n + 1), all terms of the latter positive for c > 0. Where the series is cut off,
 * `variance`, its value at c = 0, stands in for the rest, in which cⁿ no longer counts.
 */
function sum({ squares, size }: Series, variance: number, m: number): Pair {
  const c = 1 - m;
  let [gap, slope, whole] = [0, 0, 0];
  count(size / TERMS);
  // power is cⁿ and lost 1 − cⁿ⁺¹, a sum of positive terms
  for (let n = 0, power = 1, lost = m; n < size; n++) {
    const square = squares[n] as number;
    slope += square * power;
    gap += (square * lost) / (n + 1);
    whole += square / (n + 1);
    power *= c;
    lost += m * power;
  }
  return { gap: variance > 0 ? gap + Math.max(variance - whole, 0) : gap, slope };
}
