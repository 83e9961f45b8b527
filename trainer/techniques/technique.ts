import type { Graph, Value } from '../graph/graph.ts';
import type { DataType, Elements } from '../onnx/types.ts';
import type { Stream } from '../random/stream.ts';

/** Noise on the activations of a hidden layer: what is fed, how it is drawn, and how the graph applies it. */
export type Noise<T extends DataType = DataType> = {
  /** Element type of what is fed; its shape is that of the activations. */
  readonly type: T;
  /** An array for the noise of one layer and step. */
  buffer(length: number): Elements[T];
  /** A source that fills such arrays, one layer after the other, from one stream. */
  source(stream: Stream): (into: Elements[T]) => void;
  /** Applies the noise in the forward pass. */
  apply(graph: Graph, activations: Value, noise: Value): Value;
};

/** The noise that any technique may have. */
export type AnyNoise = { [T in DataType]: Noise<T> }[DataType];

/** A technique: from the strength that a plan gives to the noise, or to none at all. */
export type Technique = {
  readonly name: string;
  /**
   * @param keep probability that a unit is kept, in (0, 1]; 1 for techniques without one
   * @returns the noise; undefined where there is none, and then the graph has no operator for it either
   */
  noise(keep: number): AnyNoise | undefined;
};
