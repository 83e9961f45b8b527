import type { Activation } from '../theory/activation.ts';
import {
  noisyQuartics,
  type PairQuartics,
  pairNoise,
  pairQuartics,
  type QuarticNoise,
  type Quartics,
  quartics,
  readShifts,
} from '../theory/gradients/quartics.ts';
import { combineSpread, type GradientSpread, type SpreadInput } from '../theory/gradients/variance-mean.ts';
import { checkCorrelation } from '../theory/parameter-error.ts';

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
  const { s2t, s3t, s2t2, st2, st3, t3, t4 } = readShifts(noise);
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

/**
 * The part of `gradientSpread` that belongs to the weights alone: the growth, per layer and times N, of the
 * covariance of ln g between two draws of the masks in one network. What is left of V is the spread over masks
 * within a given network. Deep in the network, where the two draws have correlation c* and their gradients are no longer
 * aligned; nearer to the input and the read-out give c and cosine of the place.
 *
 * @see derived here: docs/theory.md
 * @example gradientSpreadOfWeights(linear, { sigma_w2: 0.5, q: 1, chi_q: 0.6, noise: dropoutMoments(0.9), c: 1 }).V // 0
 */
export function gradientSpreadOfWeights(
  activation: Activation,
  input: SpreadInput & { readonly c: number; readonly cosine?: number },
): GradientSpread {
  const { sigma_w2, q, chi_q, noise, c, cosine = 0 } = input;
  checkCorrelation({ cosine });
  const { s2 } = noise;
  const { s22 } = pairNoise(noise, 'independent');
  const one = quartics(activation, q);
  const { slope2, stiffening } = one;
  const pair = pairQuartics(activation, q, c);
  const { square } = noisyQuartics(one, noise);
  const { squares, mixed } = noisyPairQuartics(one, pair, noise, 'independent');
  const k4 = (s22 * pair.slopes2 * (1 + 2 * cosine * cosine)) / (s2 * slope2) ** 2 - 1;
  const C = sigma_w2 * (mixed / (s2 * slope2) - square);
  const U = sigma_w2 * sigma_w2 * (squares - square * square);
  return combineSpread(k4, C, U, stiffening, chi_q);
}
