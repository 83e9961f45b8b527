import { type Operator, plainOperator } from '../operator.ts';
import { elementwise, product } from './elementwise.ts';

/**
 * Sine of each element.
 *
 * @example graph.call(sin, [x])
 */
export const sin: Operator = plainOperator(
  'sin',
  elementwise('sin', 'Sin', (graph, { x, dy }) =>
    product(graph, dy, graph.compute('Cos', [x], x.shape, 'slope')),
  ),
);

/**
 * Cosine of each element.
 *
 * @example graph.call(cos, [x])
 */
export const cos: Operator = plainOperator(
  'cos',
  elementwise('cos', 'Cos', (graph, { x, dy }) => {
    const slope = graph.compute('Neg', [graph.compute('Sin', [x], x.shape)], x.shape, 'slope');
    return product(graph, dy, slope);
  }),
);
