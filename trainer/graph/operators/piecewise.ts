import type { Graph, Value } from '../graph.ts';
import { type Attributes, type Operator, onlyGradient, plainOperator } from '../operator.ts';
import { elementwise, product } from './elementwise.ts';

/**
 * |x| of each element; its derivative at 0 is taken as 0.
 *
 * @example graph.call(abs, [x])
 */
export const abs: Operator = plainOperator(
  'abs',
  elementwise('abs', 'Abs', (graph, { x, dy }) =>
    product(graph, dy, graph.compute('Sign', [x], x.shape, 'slope')),
  ),
);

/**
 * x for x > 0, slope · x for x < 0, by the attribute `slope`.
 *
 * @example graph.call(leakyRelu, [x], { slope: 0.01 })
 */
export const leakyRelu: Operator = plainOperator(
  'leaky_relu',
  elementwise(
    'leaky_relu',
    'LeakyRelu',
    (graph, { x, dy, attributes }) => {
      // (1 + slope)/2 + (1 − slope)/2 · sign x
      const slope = number(attributes, 'slope');
      const sign = graph.compute('Sign', [x], x.shape, 'sign');
      const half = product(graph, sign, graph.scalar((1 - slope) / 2));
      return product(
        graph,
        dy,
        graph.compute('Add', [half, graph.scalar((1 + slope) / 2)], x.shape, 'slope'),
      );
    },
    (attributes) => ({ alpha: { float: number(attributes, 'slope') } }),
  ),
);

/**
 * x cut off at the attributes `low` and `high`; its derivative beyond them is 0.
 *
 * @example graph.call(clip, [x], { low: -1, high: 1 })
 */
export const clip: Operator = plainOperator('clip', {
  forward(graph, inputs, attributes) {
    const [x] = inputs as [Value];
    return [graph.compute('Clip', [x, ...limits(graph, attributes)], x.shape, 'clip')];
  },
  vjp(graph, from) {
    const [x] = from.inputs as [Value];
    const [y] = from.outputs as [Value];
    // what was not cut off is as it was
    const same = graph.fresh('uncut', x.shape, 'bool');
    graph.node('Equal', [x, y], [same]);
    const slope = graph.compute('Cast', [same], x.shape, 'slope', { to: { int: 1 } });
    return [product(graph, onlyGradient('clip', from), slope)];
  },
});

/**
 * 0 for |x| ≤ `threshold`, and x beyond, drawn towards 0 by `pull`; its derivative is 1 beyond and 0 within, also where it jumps.
 *
 * @example graph.call(shrink, [x], { threshold: 0.5, pull: 0.5 })
 */
export const shrink: Operator = plainOperator(
  'shrink',
  elementwise(
    'shrink',
    'Shrink',
    (graph, { x, y, dy }) => {
      const side = graph.compute('Sign', [y], x.shape, 'side');
      return product(graph, dy, product(graph, side, side));
    },
    (attributes) => ({
      lambd: { float: number(attributes, 'threshold') },
      bias: { float: number(attributes, 'pull') },
    }),
  ),
);

/**
 * x for x > 0, alpha (eˣ − 1) for x < 0, by the attribute `alpha`.
 *
 * @example graph.call(elu, [x], { alpha: 1 })
 */
export const elu: Operator = plainOperator(
  'elu',
  elementwise(
    'elu',
    'Elu',
    (graph, { x, dy, attributes }) => {
      // alpha · e^min(x, 0) below 0, 1 above
      const alpha = number(attributes, 'alpha');
      const below = graph.compute('Min', [x, graph.scalar(0)], x.shape, 'below');
      const steep = product(graph, graph.compute('Exp', [below], x.shape), graph.scalar(alpha));
      const positive = graph.compute('Relu', [graph.compute('Sign', [x], x.shape)], x.shape, 'positive');
      // where x > 0, `steep` is alpha: the difference to 1 is added
      const rest = product(graph, positive, graph.scalar(1 - alpha));
      return product(graph, dy, graph.compute('Add', [steep, rest], x.shape, 'slope'));
    },
    (attributes) => ({ alpha: { float: number(attributes, 'alpha') } }),
  ),
);

function number(attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (typeof value !== 'number') throw new Error(`the attribute "${name}" is missing`);
  return value;
}

function limits(graph: Graph, attributes: Attributes): Value[] {
  return [graph.scalar(number(attributes, 'low')), graph.scalar(number(attributes, 'high'))];
}
