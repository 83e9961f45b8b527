import type { Activation, Naming } from '../activation.ts';
import { bentSlopes } from '../averages/bends.ts';
import { numeric } from '../averages/numeric.ts';
import { type Bends, piecewiseLinearPair } from '../averages/piecewise-linear.ts';
import { tabulated } from '../averages/tabulated.ts';

/** Kinks nearer to each other than so many standard deviations make the closed form lose two digits. */
const CLOSE = 0.1;

/**
 * A piecewise linear activation, which may jump. Its one-input averages are those of polynomials between kinks, which the
 * panels integrate to the last digit and without the cancellation of truncated Gaussian moments at large and small q;
 * its two-input averages are one-dimensional integrals.
 *
 * @param bends slope left of all kinks, rising kinks, the jump of the slope at each of them, that of φ if any, and φ(0)
 * @param naming name, formula and reference of the entry
 * @see {@link piecewiseLinearPair}
 * @example piecewiseLinear({ left: 0, kinks: [-1, 1], jumps: [1, -1], level: 0 }, naming).phi(3) // 1
 */
export function piecewiseLinear(bends: Bends & { readonly level: number }, naming: Naming): Activation {
  const { left, kinks, jumps, level, rises = kinks.map(() => 0) } = bends;
  const derivative = (x: number) => {
    let slope = left;
    for (let i = 0; i < kinks.length; i++) if (x > (kinks[i] as number)) slope += jumps[i] as number;
    return slope;
  };
  // Counted from 0 outwards, so that nothing is subtracted near 0.
  const middle = derivative(-Number.MIN_VALUE);
  const outwards = (order: readonly number[]) => {
    let [from, value, slope] = [0, level, middle];
    return order.map((i) => {
      const near = value + slope * ((kinks[i] as number) - from);
      from = kinks[i] as number;
      // leftwards a jump is taken back
      const side = from < 0 ? -1 : 1;
      value = near + side * (rises[i] as number);
      slope += side * (jumps[i] as number);
      return { i, from, near, value, slope };
    });
  };
  const indices = kinks.map((_, i) => i);
  const rightwards = outwards(indices.filter((i) => (kinks[i] as number) >= 0));
  const leftwards = outwards(indices.filter((i) => (kinks[i] as number) < 0).reverse());
  const phi = (x: number) => {
    const side = x < 0 ? leftwards : rightwards;
    for (let i = side.length - 1; i >= 0; i--) {
      const { from, value, slope } = side[i] as (typeof side)[number];
      if (x < 0 ? x < from : x > from) return value + slope * (x - from);
    }
    return middle * x + level;
  };
  const steps = [...leftwards, ...rightwards]
    .filter(({ i }) => rises[i] !== 0)
    .map(({ from: at, near, value }) => ({ at, from: at < 0 ? value : near, to: at < 0 ? near : value }));
  const spacing = Math.min(...kinks.slice(1).map((kink, i) => kink - (kinks[i] as number)));
  const right = jumps.reduce((sum, jump) => sum + jump, left);
  const odd =
    level === 0 &&
    kinks.every((kink, i) =>
      kinks.some(
        (other, j) => other === -kink && jumps[j] === -(jumps[i] as number) && rises[j] === rises[i],
      ),
    );
  const entry = numeric({
    ...naming,
    parity: odd ? 'odd' : 'none',
    asymptote: [left, right],
    kinks,
    ...(steps.length > 0 && { steps }),
    features: kinks.length > 1 ? kinks.map((at) => ({ at, width: spacing })) : [],
    phi,
    derivative,
  });
  return {
    ...entry,
    // Under a Gaussian much wider than the distance of the kinks the terms of the closed form cancel, if φ is bounded.
    pair: (q) =>
      left === 0 && right === 0 && spacing < CLOSE * Math.sqrt(q) && spacing < Number.POSITIVE_INFINITY
        ? entry.pair(q)
        : piecewiseLinearPair(bends, entry.moments(q).slope2, q),
    shifted: (shift) =>
      piecewiseLinear(
        { left, jumps, rises, kinks: kinks.map((kink) => kink - shift), level: phi(shift) },
        naming,
      ),
  };
}

/**
 * A {@link piecewiseLinear} activation that answers from tables.
 *
 * @param bends as there
 * @param naming as there
 * @example tabulatedPiecewiseLinear({ left: 0, kinks: [-1, 1], jumps: [1, -1], level: 0 }, naming).moments(1).slope2 // 0.68268…
 */
export function tabulatedPiecewiseLinear(
  bends: Bends & { readonly level: number },
  naming: Naming,
): Activation {
  const exact = piecewiseLinear(bends, naming);
  const { kinks, jumps } = bends;
  const slopes = bentSlopes({ kinks, jumps, turns: kinks.map(() => 0) }, exact.moments);
  return tabulated(exact, { slopes, last: 1 });
}
