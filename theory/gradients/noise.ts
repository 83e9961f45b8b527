import type { Noise, ShiftMoments } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';

/** The moments of a noise factor s up to the fourth, which fluctuations need. */
export type QuarticNoise = Noise & {
  /** E[s³] */
  readonly s3: number;
  /** E[s⁴] */
  readonly s4: number;
};

/**
 * The moments of a technique's noise with those that fluctuations need.
 *
 * @param noise moments, as `noiseOf` gives them
 * @throws ParameterError where s3 or s4, or the higher moments of noise that shifts, are missing
 * @see the reference of each entry of `TECHNIQUES`
 * @example quarticNoise(noiseOf('uniform', { keep: 0.9 })).s3 // 1.3333333333333333
 */
export function quarticNoise(noise: Noise): QuarticNoise {
  const { s3, s4 } = noise;
  if (s3 === undefined || s4 === undefined)
    throw new ParameterError(
      s3 === undefined ? 's3' : 's4',
      'missing',
      'This noise is known by its first two moments only: give s3 and s4.',
    );
  shiftsOf(noise);
  return { ...noise, s3, s4 };
}

/**
 * The higher moments of a shift, all 0 for noise that only multiplies.
 *
 * @param noise moments
 * @throws ParameterError for noise that shifts without them
 * @see Klambauer et al. 2017, "Self-normalizing neural networks", for alpha dropout, the noise that shifts
 * @example shiftsOf({ s1: 1, s2: 1, variance: 0 }).t4 // 0
 */
export function shiftsOf({ t2 = 0, shifts }: Noise): ShiftMoments {
  if (shifts) return shifts;
  if (t2 !== 0)
    throw new ParameterError('shifts', 'missing', 'This noise shifts: give its higher moments in `shifts`.');
  return UNSHIFTED;
}

const UNSHIFTED: ShiftMoments = { s2t: 0, s3t: 0, s2t2: 0, st2: 0, st3: 0, t3: 0, t4: 0 };

/** Averages of the noise factors of two inputs at one unit. */
export type PairNoise = {
  /** E[s_a s_b] */
  readonly s11: number;
  /** E[s_a² s_b²] */
  readonly s22: number;
  /** E[s_a³ s_b] */
  readonly s31: number;
};

/**
 * The moments of inverted dropout: E[sⁿ] = keep^{1−n}.
 *
 * @param keep probability that a unit is kept, in (0, 1]
 * @throws ParameterError for keep outside (0, 1]
 * @see Srivastava et al. 2014, "Dropout"
 * @example dropoutMoments(0.5) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 8 }
 */
export function dropoutMoments(keep: number): QuarticNoise {
  if (!(keep > 0 && keep <= 1))
    throw new ParameterError('keep', 'out_of_range', 'keep must be above 0 and at most 1.', {
      min: 0,
      max: 1,
    });
  return { s1: 1, s2: 1 / keep, variance: (1 - keep) / keep, s3: 1 / keep ** 2, s4: 1 / keep ** 3 };
}

/**
 * The moments of gaussian dropout, s ~ N(1, variance).
 *
 * @param variance of the factor, not negative; (1 − keep)/keep is as strong as inverted dropout
 * @throws ParameterError for a negative variance
 * @see Srivastava et al. 2014, "Dropout", section 10 (multiplicative Gaussian noise)
 * @example gaussianMoments(1) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 10 }
 */
export function gaussianMoments(variance: number): QuarticNoise {
  if (!(variance >= 0 && variance < Number.POSITIVE_INFINITY))
    throw new ParameterError(
      'variance',
      'out_of_range',
      'variance must be a finite number that is not negative.',
      { min: 0 },
    );
  const v = variance;
  return { s1: 1, s2: 1 + v, variance: v, s3: 1 + 3 * v, s4: 1 + 6 * v + 3 * v * v };
}

/**
 * DropConnect in the same terms: masks of single weights average out over each sum, so that the maps are those of dropout
 * but nothing of the masks is left in the higher moments (s3 = s1 s2, s4 = s2²).
 *
 * @param keep probability that a weight is kept, in (0, 1]
 * @throws ParameterError for keep outside (0, 1]
 * @see derived here: docs/theory.md; Wan et al. 2013, "Regularization of neural networks using DropConnect"
 * @example dropConnectMoments(0.5) // { s1: 1, s2: 2, variance: 1, s3: 2, s4: 4 }
 */
export function dropConnectMoments(keep: number): QuarticNoise {
  const { s1, s2, variance } = dropoutMoments(keep);
  return { s1, s2, variance, s3: s1 * s2, s4: s2 * s2 };
}

/**
 * The noise that two inputs see together.
 *
 * @param noise moments of the factor
 * @param mask `independent` for masks of their own, `shared` for the same mask
 * @see derived here: docs/theory.md
 * @example pairNoise(dropoutMoments(0.5), 'independent') // { s11: 1, s22: 4, s31: 4 }
 */
export function pairNoise(noise: QuarticNoise, mask: 'independent' | 'shared'): PairNoise {
  const { s1, s2, s3, s4 } = noise;
  return mask === 'shared' ? { s11: s2, s22: s4, s31: s4 } : { s11: s1 * s1, s22: s2 * s2, s31: s3 * s1 };
}
