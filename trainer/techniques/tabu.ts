import { noiseOf } from '../../theory/index.ts';
import { createMaskSource } from '../random/mask.ts';
import type { Stream } from '../random/stream.ts';
import { factorLayer } from './factor.ts';
import { strengthOf } from './strength.ts';
import type { Fill, Technique } from './technique.ts';

/**
 * Tabu dropout: at each step each unit is proposed for dropping with probability p = 1 − keep, and the proposal is
 * overruled where the unit was dropped in one of the last `noise_tenure` steps (1 where it is left out). What is kept is
 * multiplied by 1 over the share that is kept in the long run, which is 1 + p for tenure 1. The marks belong to the places
 * of a batch, not to its images: [batch, units] of them, none at the start (Ma et al. 2018, arXiv 1808.09907; Hasan et al.
 * 2022, arXiv 2501.00538, for the tenure).
 *
 * @example tabu.layer(place)
 */
export const tabu: Technique = {
  name: 'tabu',
  layer(place) {
    const { keep } = place;
    const { tenure = 1 } = strengthOf('tabu', place);
    const moments = noiseOf('tabu', { keep, tenure });
    // each layer has marks of its own, so no source is shared; s2 is 1 over the share kept
    return factorLayer(place, moments, (stream) => tabuSource(stream, keep, tenure, moments.s2));
  },
};

/**
 * The factors of tabu dropout, step after step: 0 where a unit is dropped, else the scale.
 *
 * @param stream the stream to draw from
 * @param keep 1 − p, the probability that a unit is not proposed
 * @param tenure steps for which a unit is protected after it was dropped
 * @param scale what the kept units are multiplied by
 * @example tabuSource(stream(1, 'noise'), 0.5, 1, 1.5)(new Float32Array(100))
 */
export function tabuSource(stream: Stream, keep: number, tenure: number, scale: number): Fill<'float'> {
  const propose = createMaskSource(stream, keep, Math.fround(scale));
  let step = 0;
  // the first step at which each unit may be dropped again
  let free = new Uint32Array();
  return (into) => {
    if (step === 0) free = new Uint32Array(into.length);
    propose(into);
    for (let i = 0; i < into.length; i++) {
      if (into[i] !== 0) continue;
      if ((free[i] as number) > step) into[i] = scale;
      else free[i] = step + tenure + 1;
    }
    step++;
  };
}
