import { bernoulli } from './factors.ts';
import type { Technique } from './technique.ts';

/**
 * The noise of independent-component layers, which is dropout. Their batch norm is an operation of the network, see `createBatchNorm`:
 * the order is activation, norm, noise, weights (Chen et al. 2019, arXiv 1905.05928).
 */
export const ic: Technique = {
  name: 'ic',
  layer: (place) => ({ ...bernoulli.layer(place), report: () => ({ keep_effective: place.keep }) }),
};
