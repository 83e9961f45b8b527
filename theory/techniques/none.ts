import type { Technique } from '../noise.ts';
import { takesNoKeep } from './given.ts';

/**
 * No noise.
 *
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"
 * @example none.noise({}) // { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 }
 */
export const none: Technique = {
  name: 'none',
  reference: 'Poole et al. 2016',
  takes_keep: false,
  parameters: {},
  noise: (given) => {
    takesNoKeep('none', given);
    return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
  },
};
