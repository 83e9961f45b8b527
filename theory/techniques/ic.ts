import type { Technique } from '../noise.ts';
import { bernoulli } from './bernoulli.ts';

/**
 * The independent-component layer: batch normalisation and then dropout, before every weight layer. These are the
 * moments of its dropout; its maps are others, because the normalisation ends the recursion of the variance: see
 * `icLimit` and `icStep`.
 *
 * @see Chen et al. 2019, "Rethinking the usage of batch normalization and dropout in the training of deep neural
 * networks" (arXiv 1905.05928)
 * @example ic.noise({ keep: 0.5 }) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 8 }
 */
export const ic: Technique = {
  name: 'ic',
  reference: 'Chen et al. 2019',
  takes_keep: true,
  maps: 'ic',
  parameters: {},
  noise: bernoulli.noise,
};
