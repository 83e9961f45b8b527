import type { Graph, ParameterShape, Value } from '../graph/graph.ts';

/** A parameter of a network. */
export type NetworkParameter = ParameterShape & {
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
  /** Whether weight decay acts on it; true by default. */
  readonly decay?: boolean;
};

/** What a forward pass gives. */
export type Forward = {
  /** Mean cross-entropy over the batch, a scalar. */
  readonly loss: Value;
  /** What is differentiated: the loss and the penalties of the technique. */
  readonly objective: Value;
  /** [batch, classes] */
  readonly logits: Value;
  /** Each layer of weights, from the input to the read-out: what it is fed, and what it gives (with a skip connection: the sum). */
  readonly layers: readonly { readonly signal: Value; readonly z: Value }[];
  /** The states of the next step, by name; with the noise on only. */
  readonly states: ReadonlyMap<string, Value>;
  /** Scalars that the technique watches, by name; with the noise on only. */
  readonly watched: ReadonlyMap<string, Value>;
};

/** What is trained: parameters and a forward pass. The gradient follows from the forward pass. */
export type Model = {
  readonly parameters: readonly NetworkParameter[];
  /** What the forward pass carries from step to step without a gradient. */
  readonly states: readonly ParameterShape[];
  /**
   * Writes the forward pass: declares what is fed, then the parameters and the states as inputs, in their order.
   *
   * @param graph an empty graph
   * @param noisy whether the noise of the technique is applied (training) or left out (evaluation)
   */
  forward(graph: Graph, noisy: boolean): Forward;
};

/** The names of a network's inputs. */
export const inputNames = {
  images: 'images',
  labels: 'labels',
  /** What the noise of a layer is fed; 0 is the input, the hidden layers follow. */
  noise: (layer: number) => `noise ${layer}`,
  /** A parameter or state that the noise of a layer brings along, or a scalar that it watches. */
  own: (layer: number, name: string) => `noise ${layer} ${name}`,
  /** What the penalties of the technique are multiplied by. */
  penaltyWeight: 'penalty weight',
};

/** The names of the parameters of layer 1 … depth + 1; the last one is the read-out. */
export const parameterNames = {
  weights: (layer: number) => `W${layer}`,
  biases: (layer: number) => `b${layer}`,
};
