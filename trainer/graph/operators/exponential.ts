import { type Operator, plainOperator } from '../operator.ts';
import { elementwise, product } from './elementwise.ts';

/**
 * eˣ of each element.
 *
 * @example graph.call(exp, [x])
 */
export const exp: Operator = plainOperator(
  'exp',
  elementwise('exp', 'Exp', (graph, { y, dy }) => product(graph, dy, y)),
);

/**
 * Natural logarithm of each element, which must be positive.
 *
 * @example graph.call(log, [x])
 */
export const log: Operator = plainOperator(
  'log',
  elementwise('log', 'Log', (graph, { x, dy }) => graph.compute('Div', [dy, x], x.shape, `d ${x.name}`)),
);

/**
 * Square root of each element, which must be positive; its derivative is 1 / (2 √x).
 *
 * @example graph.call(sqrt, [x])
 */
export const sqrt: Operator = plainOperator(
  'sqrt',
  elementwise('sqrt', 'Sqrt', (graph, { x, y, dy }) =>
    graph.compute('Div', [product(graph, dy, graph.scalar(0.5)), y], x.shape, `d ${x.name}`),
  ),
);
