import type { Graph, Value } from '../graph/graph.ts';
import type { Optimiser, UpdateArguments } from './optimiser.ts';
import { decayed, fading, over, plus, root, times } from './write.ts';

const shared = {
  states: (shape: readonly number[]) => ({ mean: shape, square: shape }),
  /** What makes up for the start of both memories at 0. */
  scalars({ beta1, beta2 }: Readonly<Record<string, number>>, step: number) {
    return {
      mean_correction: 1 / (1 - (beta1 as number) ** (step + 1)),
      root_correction: 1 / Math.sqrt(1 - (beta2 as number) ** (step + 1)),
    };
  },
};

/** m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and −η m̂ / (√v̂ + ε). */
function adaptive(graph: Graph, g: Value, { states, scalars, minusRate, numbers }: UpdateArguments) {
  const { beta1, beta2, epsilon } = numbers as { beta1: number; beta2: number; epsilon: number };
  const mean = fading(graph, states.mean as Value, beta1, times(graph, g, 1 - beta1));
  const square = fading(graph, states.square as Value, beta2, times(graph, times(graph, g, g), 1 - beta2));
  const size = plus(graph, times(graph, root(graph, square), scalars.root_correction as Value), epsilon);
  const rate = times(graph, minusRate, scalars.mean_correction as Value);
  return { change: times(graph, over(graph, mean, size), rate), states: { mean, square } };
}

/**
 * Adam, with weight decay as a part of the gradient.
 *
 * @see Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1
 */
export const adam: Optimiser = {
  name: 'adam',
  ...shared,
  update: (graph, from) => adaptive(graph, decayed(graph, from.gradient, from.parameter, from.decay), from),
};

/**
 * Adam with the weight decay apart from the gradient: p ← p − η (m̂ / (√v̂ + ε) + λ p).
 *
 * @see Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2
 */
export const adamw: Optimiser = {
  name: 'adamw',
  ...shared,
  update(graph, from) {
    const { change, states } = adaptive(graph, from.gradient, from);
    if (from.decay === 0) return { change, states };
    const shrink = times(graph, times(graph, from.parameter, from.decay), from.minusRate);
    return { change: plus(graph, change, shrink), states };
  },
};
