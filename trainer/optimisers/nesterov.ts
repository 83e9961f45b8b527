import type { Optimiser } from './optimiser.ts';
import { decayed, fading, times } from './write.ts';

/**
 * Nesterov's momentum: v ← μ v + g + λ p, p ← p − η (g + λ p + μ v).
 *
 * @see Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", in the form of
 * PyTorch's SGD
 */
export const nesterov: Optimiser = {
  name: 'nesterov',
  states: (shape) => ({ velocity: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const g = decayed(graph, gradient, parameter, decay);
    const velocity = fading(graph, states.velocity as never, numbers.momentum as number, g);
    const ahead = fading(graph, velocity, numbers.momentum as number, g);
    return { change: times(graph, ahead, minusRate), states: { velocity } };
  },
};
