import type { Technique } from '../noise.ts';

/**
 * No noise.
 *
 * @example none.noise({}) // { s1: 1, s2: 1, variance: 0 }
 */
export const none: Technique = {
  name: 'none',
  reference: 'Poole et al. 2016',
  takes_keep: false,
  noise: () => ({ s1: 1, s2: 1, variance: 0 }),
};
