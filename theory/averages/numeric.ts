import type { Activation } from '../activation.ts';
import { limitAtZero, numericMoments } from './moments.ts';
import { numericPair } from './pair.ts';
import type { Shape } from './panels.ts';

/** An activation without its averages: φ, φ′, where they bend, and what cannot be had from values. */
export type Description = Shape & Pick<Activation, 'name' | 'parity' | 'asymptote'>;

/**
 * An activation whose averages are taken numerically, from a description without them. Nothing else of an object that is given
 * passes: averages, closed forms or parameters of another φ cannot reach the new one.
 *
 * @param description see {@link Description}
 * @returns the entry, with `moments` and `pair` good to about 1e-14 of their natural scale
 * @example numeric({ ...silu }).moments(1).ratio // 0.35577…
 */
export function numeric(description: Description): Activation {
  const { name, parity, asymptote, kinks, steps, features, phi, derivative } = description;
  const all = numericMoments(description);
  // The mean of an odd φ is nothing, not rounding.
  const moments: typeof all =
    parity === 'odd'
      ? (q) => {
          const own = all(q);
          return { ...own, lift: 0, drift: 0, variance: own.ratio };
        }
      : all;
  const level = phi(0);
  // (q as small as this leaves nothing of `ratio` in it but the limit)
  const limit = () => {
    const { ratio, shortfall } = moments(1e-20);
    return ratio + shortfall;
  };
  return {
    ...{ name, parity, asymptote, kinks, features, phi, derivative },
    ...(steps && { steps }),
    homogeneous: false,
    level,
    ratio_at_zero: level === 0 ? limitAtZero(description, () => 0) : limit(),
    moments,
    pair: numericPair(description),
  };
}
