import type { Graph, Value } from '../graph/graph.ts';

/** An activation φ of a trained network: applies operators to the pre-activations. Its gradient follows from theirs. */
export type Activation = (graph: Graph, x: Value) => Value;
