import type { Graph, Value } from '../graph/graph.ts';
import { crossEntropy } from '../graph/layers.ts';
import type { Model } from '../networks/model.ts';

/** The labels of {@link oneLoss}. */
export const LABELS = [2, 0, 1, 1];

/**
 * A network of parameters and whatever makes logits [4, 3] of them, with cross-entropy: what operators and activations are
 * differentiated in.
 *
 * @param shapes of the parameters p0, p1, …
 * @param apply writes the logits
 * @param declare declares further inputs
 */
export function oneLoss(
  shapes: readonly (readonly number[])[],
  apply: (graph: Graph, parameters: Value[], further: Value[]) => Value,
  declare: (graph: Graph) => Value[] = () => [],
): Model {
  const parameters = shapes.map((shape, i) => ({ name: `p${i}`, shape }));
  return {
    parameters,
    states: [],
    forward(graph) {
      const labels = graph.input('labels', 'int64', [4]);
      const further = declare(graph);
      const values = parameters.map((one) => graph.input(one.name, 'float', one.shape));
      const logits = apply(graph, values, further);
      const loss = graph.call(crossEntropy, [logits, labels]);
      return { loss, objective: loss, logits, states: new Map(), layers: [], noises: [], watched: new Map() };
    },
  };
}
