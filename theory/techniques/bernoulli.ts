import type { Technique } from '../noise.ts';

/**
 * Inverted dropout: a unit is kept with probability keep and then divided by keep. The variance is carried as
 * drop / keep because 1 − keep has lost digits where drop was given.
 *
 * @see Srivastava et al. 2014, "Dropout"; Schoenholz et al. 2017 for its effect on the maps
 * @example bernoulli.noise({ keep: 0.5 }) // { s1: 1, s2: 2, variance: 1 }
 */
export const bernoulli: Technique = {
  name: 'bernoulli',
  reference: 'Srivastava et al. 2014',
  takes_keep: true,
  noise: ({ keep, drop }) => {
    const kept = keep ?? 1 - (drop ?? 0);
    const dropped = drop ?? 1 - kept;
    return { s1: 1, s2: 1 / kept, variance: dropped / kept };
  },
};
