import type { Operator } from '../operator.ts';
import { elementwise, fusedElementwise, product } from './elementwise.ts';

/**
 * tanh of each element; its derivative is 1 − tanh².
 *
 * @example const h = graph.call(tanh, [z]);
 */
export const tanh: Operator = {
  name: 'tanh',
  lowerings: {
    'ort-training': fusedElementwise('tanh', 'Tanh', 'com.microsoft.TanhGrad'),
    plain: elementwise('tanh', 'Tanh', (graph, { x, y, dy }) => {
      const slope = graph.compute('Sub', [graph.scalar(1), product(graph, y, y)], x.shape, 'slope');
      return graph.compute('Mul', [dy, slope], x.shape, `d ${x.name}`);
    }),
  },
};
