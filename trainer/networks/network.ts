import type { Graph, ParameterShape, Value } from '../graph/graph.ts';

/** A network: its parameters and its forward pass. The gradient follows from the forward pass. */
export type Network = {
  readonly parameters: readonly ParameterShape[];
  /**
   * Writes the forward pass: declares the inputs, then the parameters as inputs in the order of `parameters`.
   *
   * @param graph an empty graph
   * @param noisy whether the noise of the technique is applied (training) or left out (evaluation)
   * @returns the loss, a scalar, and the logits [batch, classes]
   */
  forward(graph: Graph, noisy: boolean): { loss: Value; logits: Value };
};
