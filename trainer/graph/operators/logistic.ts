import { type Operator, plainOperator } from '../operator.ts';
import { elementwise, product } from './elementwise.ts';

/**
 * 1 / (1 + e⁻ˣ) of each element; its derivative is y (1 − y).
 *
 * @example graph.call(sigmoid, [x])
 */
export const sigmoid: Operator = plainOperator(
  'sigmoid',
  elementwise('sigmoid', 'Sigmoid', (graph, { y, dy }) => {
    const rest = graph.compute('Sub', [graph.scalar(1), y], y.shape, 'rest');
    return product(graph, dy, product(graph, y, rest));
  }),
);

/**
 * ln(1 + eˣ) of each element; its derivative is the sigmoid.
 *
 * @example graph.call(softplus, [x])
 */
export const softplus: Operator = plainOperator(
  'softplus',
  elementwise('softplus', 'Softplus', (graph, { x, dy }) =>
    product(graph, dy, graph.compute('Sigmoid', [x], x.shape, 'slope')),
  ),
);
