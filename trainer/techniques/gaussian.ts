import { noiseOf } from '../../theory/index.ts';
import { createGaussianSource } from '../random/distributions.ts';
import { factorLayer } from './factor.ts';
import { strengthOf } from './strength.ts';
import type { Technique } from './technique.ts';

/**
 * Gaussian dropout: each activation is multiplied by 1 + √v n with n standard normal. v is the plan's `noise_variance`,
 * or (1 − keep)/keep, which gives the noise of dropout with this keep its second moment (Srivastava et al., JMLR 15,
 * 2014, section 10).
 *
 * @example gaussian.layer(place)
 */
export const gaussian: Technique = {
  name: 'gaussian',
  layer(place) {
    const moments = noiseOf('gaussian', strengthOf('gaussian', place));
    const { variance } = moments;
    return factorLayer(
      place,
      moments,
      (stream) => createGaussianSource(stream, 1, variance),
      `gaussian ${variance}`,
    );
  },
};
