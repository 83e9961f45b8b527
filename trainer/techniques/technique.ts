import type { Dialect, Graph, ParameterShape, Value } from '../graph/graph.ts';
import type { DataType, Elements } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';

/** What the noise of a technique acts on, and how strong the plan makes it. */
export type Place = {
  /** Probability that a unit is kept, in (0, 1]; 1 for techniques without one. */
  readonly keep: number;
  /** Images a step. */
  readonly batch: number;
  /** Units that the noise acts on: x is [batch, units]. */
  readonly units: number;
  /** Units behind the weights that follow. */
  readonly fanOut: number;
  /** The plan's learning rate, for parameters with one of their own. */
  readonly learningRate: number;
  /** Which runtime's operators the graph is written in: it may decide what is fed. */
  readonly dialect: Dialect;
  /** The technique's own numbers from the plan (`noise_variance`, …), as far as it gives them; 1 and 0 for yes and no. */
  readonly options: Readonly<Record<string, number>>;
};

/** Fills an array with what one layer is fed at the next step. */
export type Fill<T extends DataType = DataType> = (into: Elements[T]) => void;

/** What a layer is fed each step: drawn in TypeScript from a seeded stream, never by the runtime. */
export type Feed<T extends DataType = DataType> = {
  readonly type: T;
  /** [batch, units], unless the layer wants another shape. */
  readonly shape: readonly number[];
  /** A source that fills such arrays step after step. State that goes from step to step (tabu's marks) lives in it. */
  source(stream: Stream): Fill<T>;
  /**
   * Layers whose feeds have the same text here draw from one source, one layer after the other. Without it each layer
   * has a source of its own; all draw from one stream.
   */
  readonly shared?: string;
};

/** A feed of any type. */
export type AnyFeed = { [T in DataType]: Feed<T> }[DataType];

/** A parameter that the technique brings along and that is trained with the network. */
export type OwnParameter = ParameterShape & {
  /** Its initial value, from a stream of its own. */
  initial(stream: Stream): Float32Array;
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
  /** Whether the plan's weight decay acts on it; true by default. */
  readonly decay?: boolean;
};

/** What a layer's graph is written from: what was declared, by the names given there. */
export type Given = {
  /** What is fed; there where the layer has a feed and the noise is on. */
  readonly feed: Value | undefined;
  readonly parameters: Readonly<Record<string, Value>>;
};

/** What a layer writes for training. */
export type Noisy = {
  /** What goes on. */
  readonly y: Value;
  /** A scalar that is added to the loss, times the technique's `penaltyWeight`. */
  readonly penalty?: Value;
  /** Scalars that {@link NoiseLayer.report} wants to see; those of the last step are given to it. */
  readonly watched?: Readonly<Record<string, Value>>;
};

/** The noise of one layer: what is fed, what is learned, and what the graph does with the activations. */
export type NoiseLayer = {
  readonly feed?: AnyFeed;
  readonly parameters?: readonly OwnParameter[];
  /** Writes the layer with the noise on, with differentiable operators where a gradient must flow; the identity where it is left out. */
  train?(graph: Graph, x: Value, given: Given): Noisy;
  /** Writes what takes the place of the weights that follow, [units, fanOut], with the noise on; those themselves where it is left out. */
  maskWeights?(graph: Graph, weights: Value, given: Given): Value;
  /** Writes the layer with the noise off; the identity where it is left out. */
  evaluate?(graph: Graph, x: Value, given: Given): Value;
  /** What the grid records of the trained layer (`keep_effective`, …). */
  report?(
    values: Readonly<Record<string, Float32Array>>,
    watched: Readonly<Record<string, number>>,
  ): Readonly<Record<string, number>>;
};

/** How far training is: what a penalty's weight depends on. */
export type Moment = {
  /** Steps taken before this one. */
  readonly step: number;
  /** Steps of the plan. */
  readonly steps: number;
  /** Training images there are. */
  readonly images: number;
};

/** A technique: from a place in a network to the noise there. */
export type Technique = {
  readonly name: string;
  layer(place: Place): NoiseLayer | undefined;
  /** What the layers' penalties are multiplied by at a step; there where they have any. */
  penaltyWeight?(moment: Moment): number;
};
