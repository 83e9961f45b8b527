import type { Technique } from '../noise.ts';
import { keptOf } from './given.ts';

/**
 * Inverted dropout: a unit is kept with probability keep and then divided by keep. The variance is carried as
 * drop / keep because 1 − keep has lost digits where drop was given.
 *
 * @see Srivastava et al. 2014, "Dropout"; Schoenholz et al. 2017 for its effect on the maps
 * @example bernoulli.noise({ keep: 0.5 }) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 8 }
 */
export const bernoulli: Technique = {
  name: 'bernoulli',
  reference: 'Srivastava et al. 2014',
  takes_keep: true,
  parameters: {},
  noise: (given) => {
    const { keep, drop } = keptOf(given);
    return { s1: 1, s2: 1 / keep, variance: drop / keep, s3: 1 / keep ** 2, s4: 1 / keep ** 3 };
  },
};
