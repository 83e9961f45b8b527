import type { Value } from '../graph.ts';
import { type Attributes, type Operator, onlyGradient, plainOperator } from '../operator.ts';

/**
 * The sum over axes, given by the attribute `axes` (a number or a list; all where there is none). With `keep: 1` they
 * stay as lengths of 1, so that the result can be broadcast against the input.
 *
 * @example graph.call(reduceSum, [x], { axes: 1, keep: 1 })
 */
export const reduceSum: Operator = reduction('reduce sum', () => 1);

/**
 * The mean over axes; attributes as for {@link reduceSum}.
 *
 * @example graph.call(reduceMean, [x], { axes: 0 })
 */
export const reduceMean: Operator = reduction('reduce mean', (count) => 1 / count);

function reduction(name: string, weight: (count: number) => number): Operator {
  return plainOperator(name, {
    forward(graph, inputs, attributes) {
      const [x] = inputs as [Value];
      const axes = axesOf(name, x, attributes);
      const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
      const shape = attributes.keep ? kept : x.shape.filter((_, i) => !axes.includes(i));
      const over = graph.constant('int64', [axes.length], axes);
      const sum = graph.compute('ReduceSum', [x, over], shape, name, {
        keepdims: { int: attributes.keep ? 1 : 0 },
      });
      const factor = weight(countOf(x, axes));
      return [factor === 1 ? sum : graph.compute('Mul', [sum, graph.scalar(factor)], shape, name)];
    },
    vjp(graph, from) {
      const [x] = from.inputs as [Value];
      const axes = axesOf(name, x, from.attributes);
      const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
      const dy = onlyGradient(name, from);
      const factor = weight(countOf(x, axes));
      const scaled = factor === 1 ? dy : graph.compute('Mul', [dy, graph.scalar(factor)], dy.shape);
      const reshaped =
        kept.join() === dy.shape.join()
          ? scaled
          : graph.compute('Reshape', [scaled, graph.constant('int64', [kept.length], kept)], kept);
      const full = graph.constant('int64', [x.shape.length], x.shape);
      return [graph.compute('Expand', [reshaped, full], x.shape, `d ${x.name}`)];
    },
  });
}

function axesOf(name: string, x: Value, { axes }: Attributes): readonly number[] {
  const list = axes === undefined ? x.shape.map((_, i) => i) : typeof axes === 'number' ? [axes] : axes;
  for (const axis of list)
    if (!(axis >= 0 && axis < x.shape.length))
      throw new Error(`${name}: ${x.name} [${x.shape.join(' × ')}] has no axis ${axis}`);
  return list;
}

const countOf = (x: Value, axes: readonly number[]) =>
  axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
