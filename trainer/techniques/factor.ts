import type { Graph, Value } from '../graph/graph.ts';
import { mul } from '../graph/operators/arithmetic.ts';
import type { Stream } from '../random/stream.ts';
import type { Fill, NoiseLayer, Noisy, Place } from './technique.ts';

/**
 * A layer whose activations are multiplied by factors that are drawn in TypeScript: the whole of a technique that has
 * nothing to learn.
 *
 * @param place where it stands
 * @param shared see {@link Feed.shared}
 * @param source makes the source of factors from a stream
 * @example factorLayer(place, 'gaussian', (stream) => (into) => into.fill(1))
 */
export function factorLayer(
  { batch, units }: Place,
  shared: string,
  source: (stream: Stream) => Fill<'float'>,
): NoiseLayer {
  return {
    feed: { type: 'float', shape: [batch, units], source, shared },
    train: (graph, x, { feed }): Noisy => ({ y: multiplied(graph, x, feed) }),
  };
}

function multiplied(graph: Graph, x: Value, feed: Value | undefined): Value {
  if (!feed) throw new Error('the layer has no factors');
  return graph.call(mul, [x, feed]);
}
