import { noiseOf } from '../../theory/index.ts';
import { betaSource } from '../random/beta.ts';
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
    return factorLayer(
      place,
      noiseOf('beta', { a, b }),
      (stream) => {
        const next = betaSource(stream, a, b);
        return (into) => {
          for (let i = 0; i < into.length; i++) into[i] = next() * ((a + b) / a);
        };
      },
      `beta ${a} ${b}`,
    );
  },
};
