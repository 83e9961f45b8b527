import { noiseOf } from '../../theory/index.ts';
import { createBetaInverse, createQuantileSource, tabulateQuantiles } from '../random/distributions.ts';
import type { Stream } from '../random/stream.ts';
import { factorLayer } from './factor.ts';
import { strengthOf } from './strength.ts';
import type { Technique } from './technique.ts';

/**
 * Beta dropout: each activation is multiplied by a factor from Beta(a, b), the plan's `noise_a` and `noise_b` (1 where one is
 * left out), divided by its mean a/(a + b) (Liu et al. 2019, "Beta-dropout: a unified dropout").
 *
 * @example beta.layer(place)
 */
export const beta: Technique = {
  name: 'beta',
  layer(place) {
    const { a = 1, b = 1 } = strengthOf('beta', place);
    const moments = noiseOf('beta', { a, b });
    const source = (stream: Stream) =>
      createQuantileSource(stream, tabulateQuantiles(createBetaInverse(a, b), moments.s1));
    return factorLayer(place, moments, source, `beta ${a} ${b}`);
  },
};
