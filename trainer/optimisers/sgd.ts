import { Graph } from '../graph/graph.ts';
import type { Optimiser } from './optimiser.ts';

/** The learning rate that the runtime feeds; its JavaScript interface has no setter. */
const FED_LEARNING_RATE = 0.001;

/**
 * Gradient descent: p ← p − learning_rate · gradient.
 *
 * @example sgd.models['ort-training']({ learning_rate: 0.03 })
 */
export const sgd: Optimiser = {
  name: 'sgd',
  models: {
    'ort-training': ({ learning_rate }) => {
      const graph = new Graph('sgd', 'ort-training');
      const fed = graph.input('learning_rate', 'float', [1]);
      graph.input('step', 'int64', [1]);
      const parameters = graph.sequenceInput('params');
      const gradients = graph.sequenceInput('gradients');
      graph.sequenceInput('first_order_moments');
      const rate = graph.value('scaled_learning_rate', 'float', [1]);
      graph.node('Mul', [fed, graph.constant('float', [1], [learning_rate / FED_LEARNING_RATE])], [rate]);
      const updated = graph.value('updated', 'bool', []);
      graph.node('com.microsoft.SGDOptimizerV2', [rate, parameters, gradients], [updated]);
      graph.output(updated, 'any');
      return graph.model();
    },
  },
};
