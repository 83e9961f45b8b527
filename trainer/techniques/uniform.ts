import { noiseOf } from '../../theory/index.ts';
import { createQuantileSource, tabulateQuantiles } from '../random/distributions.ts';
import { factorLayer } from './factor.ts';
import { strengthOf } from './strength.ts';
import type { Technique } from './technique.ts';

/**
 * Uniform noise: each activation is multiplied by a factor from U(low, high), the plan's `noise_low` and `noise_high` (1
 * where one is left out), which is not divided by its mean. A keep in place of the two makes it U(1 − d, 1 + d) with
 * d² = 3 (1 − keep)/keep, which has the second moment of dropout (Shen et al. 2018, "Continuous dropout").
 *
 * @example uniform.layer(place)
 */
export const uniform: Technique = {
  name: 'uniform',
  layer(place) {
    const moments = noiseOf('uniform', strengthOf('uniform', place));
    const reach = Math.sqrt(3 * moments.variance);
    const low = moments.s1 - reach;
    return factorLayer(
      place,
      moments,
      (stream) =>
        createQuantileSource(
          stream,
          tabulateQuantiles((u) => low + 2 * reach * u),
        ),
      `uniform ${low} ${reach}`,
    );
  },
};
