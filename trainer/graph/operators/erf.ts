import { type Operator, plainOperator } from '../operator.ts';
import { elementwise, product } from './elementwise.ts';

/**
 * The error function of each element; its derivative is 2/√π exp(−x²).
 *
 * @example graph.call(erf, [x])
 */
export const erf: Operator = plainOperator(
  'erf',
  elementwise('erf', 'Erf', (graph, { x, dy }) => {
    const exponent = graph.compute('Neg', [product(graph, x, x)], x.shape, 'exponent');
    const bell = graph.compute('Exp', [exponent], x.shape, 'bell');
    return product(graph, dy, product(graph, bell, graph.scalar(2 / Math.sqrt(Math.PI))));
  }),
);
