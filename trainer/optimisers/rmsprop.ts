import type { Optimiser } from './optimiser.ts';
import { decayed, fading, over, plus, root, times } from './write.ts';

/**
 * RMSProp: v ← β₂ v + (1 − β₂) g², p ← p − η g / (√v + ε), with g + λ p for g.
 *
 * @see Tieleman and Hinton 2012, "Lecture 6.5 – RMSProp", in the form of PyTorch's RMSprop
 */
export const rmsprop: Optimiser = {
  name: 'rmsprop',
  states: (shape) => ({ square: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const { beta2, epsilon } = numbers as { beta2: number; epsilon: number };
    const g = decayed(graph, gradient, parameter, decay);
    const square = fading(graph, states.square as never, beta2, times(graph, times(graph, g, g), 1 - beta2));
    const scaled = over(graph, g, plus(graph, root(graph, square), epsilon));
    return { change: times(graph, scaled, minusRate), states: { square } };
  },
};
