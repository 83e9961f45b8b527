import type { Optimiser } from './optimiser.ts';
import { decayed, fading, times } from './write.ts';

/**
 * Gradient descent with momentum: v ← μ v + g + λ p, p ← p − η v.
 *
 * @see Polyak 1964, "Some methods of speeding up the convergence of iteration methods", in the form of PyTorch's SGD
 */
export const momentum: Optimiser = {
  name: 'momentum',
  states: (shape) => ({ velocity: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const g = decayed(graph, gradient, parameter, decay);
    const velocity = fading(graph, states.velocity as never, numbers.momentum as number, g);
    return { change: times(graph, velocity, minusRate), states: { velocity } };
  },
};
