import { noiseOf } from '../../theory/index.ts';
import { createQuantileSource, tabulateQuantiles } from '../random/distributions.ts';
import type { Stream } from '../random/stream.ts';
import { factorLayer } from './factor.ts';
import { strengthOf } from './strength.ts';
import type { Technique } from './technique.ts';

/**
 * Noise of the binary concrete distribution: each activation is multiplied by σ((logit keep + logit u)/t)/keep with u from
 * U(0, 1) and t the plan's `noise_temperature` (0.1 where it is left out): dropout whose mask is not quite 0 or 1. keep is
 * the plan's and is not learned; the factor's mean, not quite 1, is what activations are multiplied by with the noise off
 * (Maddison, Mnih and Teh 2017; Gal, Hron and Kendall 2017, who learn keep).
 *
 * @example concrete.layer(place)
 */
export const concrete: Technique = {
  name: 'concrete',
  layer(place) {
    const { keep } = place;
    const { temperature = 0.1 } = strengthOf('concrete', place);
    const odds = (1 - keep) / keep;
    // σ((logit keep + logit u)/t) without its logarithms
    const factor = (u: number) => 1 / (keep * (1 + ((odds * (1 - u)) / u) ** (1 / temperature)));
    const moments = noiseOf('concrete', { keep, temperature });
    const source = (stream: Stream) => createQuantileSource(stream, tabulateQuantiles(factor, moments.s1));
    return factorLayer(place, moments, source, `concrete ${keep} ${temperature}`);
  },
};
