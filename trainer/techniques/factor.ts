import type { Noise } from '../../theory/index.ts';
import { mul } from '../graph/arithmetic.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { Stream } from '../random/stream.ts';
import type { Fill, NoiseLayer, Noisy, Place } from './technique.ts';

/**
 * A layer whose activations are multiplied by factors that are drawn in TypeScript: the whole of a technique that has
 * nothing to learn. With the noise off they are multiplied by what the theory says (`off`): the factors' mean, so that the next layer
 * sees the mean that it was trained with (Srivastava et al., JMLR 15, 2014, section 4: "weight scaling").
 *
 * @param place where it stands
 * @param moments the theory's moments of a factor
 * @param source makes the source of factors from a stream
 * @param shared see {@link Feed.shared}
 * @returns the layer; undefined where the factors are 1
 * @example factorLayer(place, noiseOf('gaussian', { variance: 0.1 }), (stream) => createGaussianSource(stream, 1, 0.1), 'gaussian')
 */
export function factorLayer(
  { batch, units }: Place,
  { s1, variance, off = 1 }: Pick<Noise, 's1' | 'variance' | 'off'>,
  source: (stream: Stream) => Fill<'float'>,
  shared?: string,
): NoiseLayer | undefined {
  if (s1 === 1 && variance === 0) return undefined;
  return {
    feed: { type: 'float', shape: [batch, units], source, ...(shared !== undefined && { shared }) },
    train: (graph, x, { feed }): Noisy => ({ y: multiplied(graph, x, feed) }),
    ...(off !== 1 && { evaluate: (graph: Graph, x: Value) => graph.call(mul, [x, graph.scalar(off)]) }),
  };
}

function multiplied(graph: Graph, x: Value, feed: Value | undefined): Value {
  if (!feed) throw new Error('the layer has no factors');
  return graph.call(mul, [x, feed]);
}
