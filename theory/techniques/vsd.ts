import type { Technique } from '../noise.ts';
import { gaussianNoise } from './gaussian.ts';
import { isTuned, keptOf, valuesOf } from './given.ts';

const parameters = {
  mean_alpha: { default: 0, min: 0, max: 1e6, about: 'mean over the units of the noise variances alpha' },
} as const;

/**
 * Variational structured dropout: gaussian noise of mean 1 and variances alpha, rotated by Householder reflections. A
 * rotation keeps the trace of the covariance and the length of the mean, so that averaged over the units E[s]² = 1 and
 * E[s²] = 1 + mean alpha, whatever the reflections and whether or not they turn the mean as well. Correlations between
 * units do not enter the maps, because weights are independent. s4 is that of equal alphas, its smallest value.
 *
 * @see Nguyen et al. 2021, "Structured dropout variational inference for Bayesian neural networks" (arXiv 2102.07927)
 * @example vsd.noise({ mean_alpha: 0.25 }) // { s1: 1, s2: 1.25, variance: 0.25, s3: 1.75, s4: 2.6875 }
 */
export const vsd: Technique = {
  name: 'vsd',
  reference: 'Nguyen et al. 2021',
  takes_keep: true,
  tuned_by_keep: true,
  parameters,
  noise: (given) => {
    if (!isTuned({ name: 'vsd', parameters }, given))
      return gaussianNoise(valuesOf(parameters, given).mean_alpha);
    const { keep, drop } = keptOf(given);
    return gaussianNoise(drop / keep);
  },
};
