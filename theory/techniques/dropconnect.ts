import type { Technique } from '../noise.ts';
import { keptOf } from './given.ts';

/**
 * DropConnect: each weight, not each unit, is kept with probability keep and then divided by it. The maps of infinite
 * width are those of inverted dropout. At finite width it strays less: the average over the weights of a unit has
 * already taken place, so that E[s²]² stands in for E[s⁴], and E[s] E[s²] for E[s³].
 *
 * @see Wan et al. 2013, "Regularization of neural networks using DropConnect"
 * @example dropconnect.noise({ keep: 0.5 }) // { s1: 1, s2: 2, variance: 1, s3: 2, s4: 4 }
 */
export const dropconnect: Technique = {
  name: 'dropconnect',
  reference: 'Wan et al. 2013',
  takes_keep: true,
  parameters: {},
  noise: (given) => {
    const { keep, drop } = keptOf(given);
    return { s1: 1, s2: 1 / keep, variance: drop / keep, s3: 1 / keep, s4: 1 / keep ** 2 };
  },
};
