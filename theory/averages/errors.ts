import type { Activation, Moments, Pair } from '../activation.ts';
import { numericMoments } from './moments.ts';
import { nearAligned } from './near-aligned.ts';

/** A second rule: more nodes on shorter panels. */
const FINE = { order: 24, longest: 1.6 } as const;

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
  const wanted = numericMoments(activation, FINE)(q);
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
  const second = nearAligned(activation, q)(m);
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
