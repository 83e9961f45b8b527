import type { Value } from '../graph/graph.ts';
import type { Optimiser } from './optimiser.ts';
import { decayed, fading, over, plus, root, times } from './write.ts';

/**
 * NovoGrad: each parameter's gradient is divided by a running mean of its norm, one number a parameter; the weight
 * decay is added after that, and momentum comes last: v ← β₂ v + (1 − β₂) |g|² (|g|² at the first step), m ← β₁ m +
 * g / (√v + ε) + λ p, p ← p − η m.
 *
 * @see Ginsburg et al. 2019, "Stochastic gradient methods with layer-wise adaptive moments for training of deep
 * networks", algorithm 1
 */
export const novograd: Optimiser = {
  name: 'novograd',
  states: (shape) => ({ momentum: shape, square: [] }),
  scalars: ({ beta2 }, step) =>
    step === 0 ? { old: 0, fresh: 1 } : { old: beta2 as number, fresh: 1 - (beta2 as number) },
  update(graph, { parameter, gradient, states, scalars, minusRate, decay, numbers }) {
    const { beta1, epsilon } = numbers as { beta1: number; epsilon: number };
    const norm2 = graph.compute('ReduceSumSquare', [gradient], [], 'norm2', { keepdims: { int: 0 } });
    const fresh = times(graph, norm2, scalars.fresh as Value);
    const square = fading(graph, states.square as Value, scalars.old as Value, fresh);
    const size = plus(graph, root(graph, square), epsilon);
    const direction = decayed(graph, over(graph, gradient, size), parameter, decay);
    const momentum = fading(graph, states.momentum as Value, beta1, direction);
    return { change: times(graph, momentum, minusRate), states: { momentum, square } };
  },
};
