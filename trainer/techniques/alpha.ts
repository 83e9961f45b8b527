import { noiseOf } from '../../theory/index.ts';
import { add, mul, sub } from '../graph/arithmetic.ts';
import type { Value } from '../graph/graph.ts';
import { createMaskSource } from '../random/mask.ts';
import type { Technique } from './technique.ts';

/**
 * Alpha dropout: a unit is set to x₀ = −1.7581 with probability 1 − keep, and a x + b of the outcome restores mean 0 and
 * variance 1. Written as s (x − x₀) + (a x₀ + b) with s = a where the unit is kept and 0 where it is dropped, which are fed.
 * With the noise off activations are as they are (Klambauer et al. 2017, "Self-normalizing neural networks").
 *
 * @example alpha.layer(place)
 */
export const alpha: Technique = {
  name: 'alpha',
  layer({ keep, batch, units }) {
    const { s1, t2 = 0, st = 0 } = noiseOf('alpha', { keep });
    if (t2 === 0) return undefined;
    // E[st] = −s1² x₀ drop/keep and E[t²] = −E[st] x₀
    const floor = -t2 / st;
    const scale = s1 / keep;
    // a x₀ + b with b = −a x₀ drop
    const shift = scale * floor * keep;
    return {
      feed: {
        type: 'float',
        shape: [batch, units],
        source: (stream) => createMaskSource(stream, keep, Math.fround(scale)),
        shared: `alpha ${keep}`,
      },
      train(graph, x, { feed }) {
        const above = graph.call(sub, [x, graph.scalar(floor)]);
        return { y: graph.call(add, [graph.call(mul, [above, feed as Value]), graph.scalar(shift)]) };
      },
    };
  },
};
