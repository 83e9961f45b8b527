import type { Activation } from '../activation.ts';
import { numericMoments } from './moments.ts';
import { numericPair } from './pair.ts';

/** What follows from the rest. */
type Derived = 'level' | 'ratio_at_zero' | 'moments' | 'pair' | 'homogeneous';

/**
 * An activation whose averages are taken numerically, from a description without them.
 *
 * @param description φ, φ′, where they bend, and what cannot be had from values
 * @returns the entry, with `moments` and `pair` good to about 1e-14 of their natural scale
 * @example numeric({ ...silu }).moments(1).ratio // 0.35577…
 */
export function numeric(description: Omit<Activation, Derived>): Activation {
  const all = numericMoments(description);
  // The mean of an odd φ is nothing, not rounding.
  const moments: typeof all =
    description.parity === 'odd'
      ? (q) => {
          const own = all(q);
          return { ...own, lift: 0, drift: 0, variance: own.ratio };
        }
      : all;
  // (q as small as this leaves nothing of `ratio` in it but the limit)
  const { ratio, shortfall } = moments(1e-20);
  return {
    ...description,
    homogeneous: false,
    level: description.phi(0),
    ratio_at_zero: ratio + shortfall,
    moments,
    pair: numericPair(description),
  };
}
