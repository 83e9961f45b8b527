import type { Value } from '../graph/graph.ts';
import { mask } from '../graph/operators/mask.ts';
import { maskSource } from '../random/mask.ts';
import type { Technique } from './technique.ts';

/**
 * Dropout: each activation is kept with probability keep and divided by it, else set to 0 (Srivastava et al., JMLR 15,
 * 2014, in the inverted form of section 10).
 *
 * @example bernoulli.noise(0.95)
 */
export const bernoulli: Technique = {
  name: 'bernoulli',
  noise(keep) {
    if (keep === 1) return undefined;
    return {
      type: 'bool',
      buffer: (length) => new Uint8Array(length),
      source: (stream) => maskSource(stream, keep),
      apply: (graph, activations, noise) =>
        graph.apply(mask, [activations, noise], { drop: 1 - keep })[0] as Value,
    };
  },
};
