import type { Technique } from '../noise.ts';
import { isTuned, keptOf, valuesOf } from './given.ts';

const parameters = {
  variance: { default: 0, min: 0, max: 1e6, about: 'variance of the noise factor, whose mean is 1' },
} as const;

/**
 * Gaussian dropout: a factor N(1, variance). A keep in place of the variance makes it (1 − keep) / keep, which has the
 * second moment of dropout.
 *
 * @see Srivastava et al. 2014, "Dropout", section 10; Wang, Manning 2013, "Fast dropout training"
 * @example gaussian.noise({ variance: 0.25 }) // { s1: 1, s2: 1.25, variance: 0.25, s3: 1.75, s4: 2.6875 }
 */
export const gaussian: Technique = {
  name: 'gaussian',
  reference: 'Srivastava et al. 2014, section 10; Wang and Manning 2013',
  takes_keep: true,
  tuned_by_keep: true,
  parameters,
  noise: (given) => {
    if (!isTuned({ name: 'gaussian', parameters }, given))
      return gaussianNoise(valuesOf(parameters, given).variance);
    const { keep, drop } = keptOf(given);
    return gaussianNoise(drop / keep);
  },
};

/**
 * The moments of a factor N(1, variance).
 *
 * @param variance not negative
 * @see Abramowitz, Stegun 1964, 26.2.33, for the moments of the normal distribution
 * @example gaussianNoise(1) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 10 }
 */
export function gaussianNoise(variance: number): {
  s1: number;
  s2: number;
  variance: number;
  s3: number;
  s4: number;
} {
  return { s1: 1, s2: 1 + variance, variance, s3: 1 + 3 * variance, s4: 1 + variance * (6 + 3 * variance) };
}
