import type { Optimiser } from './optimiser.ts';
import { decayed, times } from './write.ts';

/**
 * Gradient descent: p ← p − η (g + λ p).
 *
 * @example sgd.update(graph, { parameter, gradient, states: {}, scalars: {}, minusRate, decay: 0, numbers: {} })
 */
export const sgd: Optimiser = {
  name: 'sgd',
  states: () => ({}),
  update(graph, { parameter, gradient, minusRate, decay }) {
    return { change: times(graph, decayed(graph, gradient, parameter, decay), minusRate), states: {} };
  },
};
