import type { Noise } from '../noise.ts';
import { type QuarticNoise, shiftsOf } from './noise.ts';
import type { PairQuartics, Quartics } from './quartics.ts';

/** Averages of what one unit sends on, y = sφ + t, over the unit and its noise. */
export type NoisyQuartics = {
  /** E[y²] */
  readonly square: number;
  /** E[y⁴] */
  readonly fourth: number;
  /** E[s² φ′² y²] */
  readonly mixed: number;
};

/**
 * The averages of one input that fluctuations need, with the noise in them.
 *
 * @param one averages of φ
 * @param noise moments of s and, if it shifts, of t
 * @throws ParameterError for noise that shifts without its higher moments
 * @see derived here: docs/theory.md (the powers of sφ + t, multiplied out)
 * @example noisyQuartics(quartics(linear, 1), dropoutMoments(0.5)).fourth // 24
 */
export function noisyQuartics(one: Quartics, noise: Noise & { readonly s4: number }): NoisyQuartics {
  const { s2, s4, t2 = 0, st = 0 } = noise;
  const { s3t, s2t2, st3, t4 } = shiftsOf(noise);
  const { mean, square, cube, fourth, slope2, mixed, lean } = one;
  return {
    square: s2 * square + 2 * st * mean + t2,
    fourth: s4 * fourth + 4 * s3t * cube + 6 * s2t2 * square + 4 * st3 * mean + t4,
    mixed: s4 * mixed + 2 * s3t * lean + s2t2 * slope2,
  };
}

/** Averages of what one unit sends on for two inputs. */
export type NoisyPairQuartics = {
  /** E[y_a y_b] */
  readonly product: number;
  /** E[y_a² y_b²] */
  readonly squares: number;
  /** E[y_a³ y_b] */
  readonly cube: number;
  /** E[s_a² φ′_a² y_b²], for masks of their own */
  readonly mixed: number;
};

/**
 * The averages of two inputs that fluctuations need, with the noise in them.
 *
 * @param one averages of φ for one input
 * @param two and for both
 * @param noise moments of s and, if it shifts, of t
 * @param mask `independent` for masks of their own, `shared` for the same mask
 * @throws ParameterError for noise that shifts without its higher moments
 * @see derived here: docs/theory.md
 * @example noisyPairQuartics(quartics(linear, 1), pairQuartics(linear, 1, 1), dropoutMoments(0.5), 'independent').squares // 12
 */
export function noisyPairQuartics(
  one: Quartics,
  two: PairQuartics,
  noise: QuarticNoise,
  mask: 'independent' | 'shared',
): NoisyPairQuartics {
  const { s1, s2, s3, s4, t1 = 0, t2 = 0, st = 0 } = noise;
  const { s2t, s3t, s2t2, st2, st3, t3, t4 } = shiftsOf(noise);
  const { mean, square, cube, slope2 } = one;
  const { product, squares, skew } = two;
  const mixed = s2 * (s2 * two.mixed + 2 * st * two.lean + t2 * slope2);
  if (mask === 'shared')
    return {
      product: s2 * product + 2 * st * mean + t2,
      squares: s4 * squares + 4 * s3t * skew + s2t2 * (2 * square + 4 * product) + 4 * st3 * mean + t4,
      cube: s4 * two.cube + s3t * (cube + 3 * skew) + 3 * s2t2 * (square + product) + 4 * st3 * mean + t4,
      mixed,
    };
  // E[y²] and E[y³] given φ are polynomials in φ, and the noises of the two inputs are independent given both.
  return {
    product: s1 * s1 * product + 2 * s1 * t1 * mean + t1 * t1,
    squares:
      s2 * s2 * squares +
      4 * s2 * st * skew +
      2 * s2 * t2 * square +
      4 * st * st * product +
      4 * st * t2 * mean +
      t2 * t2,
    cube:
      s1 * (s3 * two.cube + 3 * s2t * skew + 3 * st2 * product + t3 * mean) +
      t1 * (s3 * cube + 3 * s2t * square + 3 * st2 * mean + t3),
    mixed,
  };
}
