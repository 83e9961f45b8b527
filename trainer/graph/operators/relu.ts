import type { Operator } from '../operator.ts';
import { elementwise, fusedElementwise } from './elementwise.ts';

/**
 * max(0, x) of each element; its derivative at 0 is taken as 0.
 *
 * @example const h = graph.call(relu, [z]);
 */
export const relu: Operator = {
  name: 'relu',
  lowerings: {
    'ort-training': fusedElementwise('relu', 'Relu', 'com.microsoft.ReluGrad'),
    // the sign of max(0, x) is the derivative
    plain: elementwise('relu', 'Relu', (graph, { x, y, dy }) =>
      graph.compute('Mul', [dy, graph.compute('Sign', [y], x.shape, 'slope')], x.shape, `d ${x.name}`),
    ),
  },
};
