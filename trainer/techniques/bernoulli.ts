import { noiseOf } from '../../theory/index.ts';
import type { Value } from '../graph/graph.ts';
import { mask } from '../graph/layers.ts';
import { createMaskSource } from '../random/mask.ts';
import { factorLayer } from './factor.ts';
import type { NoiseLayer, Technique } from './technique.ts';

/**
 * Dropout: each activation is kept with probability keep and divided by it, else set to 0 (Srivastava et al., JMLR 15,
 * 2014, in the inverted form of section 10). The training build is fed bits, for which it has an operator of its own;
 * plain graphs are fed the factors 0 and 1/keep, drawn from the same stream.
 *
 * @example bernoulli.layer(place)
 */
export const bernoulli: Technique = {
  name: 'bernoulli',
  layer(place): NoiseLayer | undefined {
    const { keep, batch, units, dialect } = place;
    if (keep === 1) return undefined;
    const shared = `bernoulli ${keep}`;
    if (dialect === 'plain')
      return factorLayer(
        place,
        noiseOf('bernoulli', { keep }),
        (stream) => createMaskSource(stream, keep, Math.fround(1 / keep)),
        shared,
      );
    return {
      feed: {
        type: 'bool',
        shape: [batch, units],
        source: (stream) => createMaskSource(stream, keep, 1),
        shared,
      },
      train: (graph, x, { feed }) => ({ y: graph.call(mask, [x, feed as Value], { drop: 1 - keep }) }),
    };
  },
};
