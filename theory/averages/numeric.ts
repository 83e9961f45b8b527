import type { Activation, Moments, Pair } from '../activation.ts';
import { describeActivation } from './describe.ts';
import { limitAtZero, numericMoments } from './one-input.ts';
import type { Shape } from './quadrature.ts';
import { averageNearAligned, numericPair } from './two-inputs.ts';

/** An activation without its averages: φ, φ′, where they bend, and what cannot be had from values. */
export type Description = Shape & Pick<Activation, 'name' | 'parity' | 'asymptote' | 'saturates'>;

/**
 * An activation whose averages are taken numerically, from a description without them or from φ and φ′ alone. Nothing else of an object
 * that is given passes: averages, closed forms or parameters of another φ cannot reach the new one.
 *
 * @param description see {@link Description}; or φ, whose parity, asymptotes, jumps and bends are then found from values, so that a spike
 * between them is not seen
 * @param derivative φ′, where φ is given
 * @param kinks where φ is not smooth; nowhere if left out
 * @returns the entry, with `moments` and `pair` good to about 1e-14 of their natural scale
 * @throws ParameterError for a φ that is not finite, constant, too steep, or grows faster than x²
 * @example numeric({ ...silu }).moments(1).ratio // 0.35577…
 * @example numeric((x) => x / (1 + x * x), (x) => (1 - x * x) / (1 + x * x) ** 2).parity // 'odd'
 */
export function numeric(description: Description): Activation;
export function numeric(
  phi: (x: number) => number,
  derivative: (x: number) => number,
  kinks?: readonly number[],
): Activation;
export function numeric(
  given: Description | ((x: number) => number),
  slope?: (x: number) => number,
  bends: readonly number[] = [],
): Activation {
  const description =
    typeof given === 'function'
      ? describeActivation({
          name: 'own',
          phi: given,
          derivative: slope as (x: number) => number,
          kinks: [...new Set(bends)].sort((a, b) => a - b),
        })
      : given;
  const { name, parity, asymptote, saturates, kinks, steps, features, phi, derivative } = description;
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
    ...(saturates !== undefined && { saturates }),
    homogeneous: false,
    level,
    ratio_at_zero: level === 0 ? limitAtZero(description, () => 0) : limit(),
    moments,
    pair: numericPair(description),
  };
}

/** A second rule: more nodes on shorter panels. */
const FINER = { order: 24, longest: 1.6 } as const;

/**
 * How far the averages of an activation are from those of a second, finer or different rule: the estimate of their
 * error, relative to their natural scales (E[φ²] − E[φ]² over q for averages of products, E[φ′²] for the slope).
 *
 * @param activation φ; one with oscillations, as sin and cos, up to about q = 10
 * @param q variance, positive
 * @param m misalignment in (0, 2); left out, only the averages of one input are compared
 * @returns the relative difference of each average; 1 where all of it comes from tails that the second rule does not reach
 * @example averageErrors(silu, 1, 0.3).gap // about 1e-15
 */
export function averageErrors(
  activation: Activation,
  q: number,
  m?: number,
): Partial<Record<keyof Moments | keyof Pair, number>> {
  const found = activation.moments(q);
  const wanted = numericMoments(activation, FINER)(q);
  const { variance, slope2 } = wanted;
  const wide = Math.sqrt(variance / q);
  const off = (name: keyof Moments, scale: number) =>
    Math.abs(found[name] - wanted[name]) /
    Math.max(scale, Math.abs(wanted[name]), Math.abs(found[name]), Number.MIN_VALUE);
  const one = {
    ratio: off('ratio', 0),
    lift: off('lift', wide),
    drift: off('drift', wide),
    variance: off('variance', 0),
    slope2: off('slope2', 0),
    radial: off('radial', Math.sqrt(variance * slope2)),
  };
  if (m === undefined) return one;
  const pair = activation.pair(q)(m);
  const second = averageNearAligned(activation, q)(m);
  return {
    ...one,
    gap:
      Math.abs(pair.gap - second.gap) /
      Math.max(second.gap, pair.gap, m > 1 ? variance : 0, Number.MIN_VALUE),
    // (jumps of φ are in the gap, which is an integral over them)
    slope:
      Math.abs((pair.gradient ?? pair.slope) - second.slope) /
      Math.max(slope2, found.slope2, Number.MIN_VALUE),
  };
}
