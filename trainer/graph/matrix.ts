import { describeShapes } from './arithmetic.ts';
import { type Attributes, definePlainOperator, type Operator, takeGradient, type Value } from './graph.ts';

/** The product of two matrices: [m, k] and [k, n] → [m, n]. */
export const matmul: Operator = definePlainOperator('matmul', {
  forward(graph, inputs) {
    const [a, b] = inputs as [Value, Value];
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0])
      throw new Error(`matmul: shapes do not fit: ${describeShapes(inputs)}`);
    return [graph.compute('Gemm', inputs, [a.shape[0] as number, b.shape[1] as number], 'matmul')];
  },
  vjp(graph, from) {
    const [a, b] = from.inputs as [Value, Value];
    const dy = takeGradient('matmul', from);
    const [wantA, wantB] = from.wanted;
    return [
      wantA ? graph.compute('Gemm', [dy, b], a.shape, `d ${a.name}`, { transB: { int: 1 } }) : undefined,
      wantB ? graph.compute('Gemm', [a, dy], b.shape, `d ${b.name}`, { transA: { int: 1 } }) : undefined,
    ];
  },
});

/** The same elements in another shape, given by the attribute `shape`. */
export const reshape: Operator = definePlainOperator('reshape', {
  forward(graph, inputs, { shape }) {
    const [x] = inputs as [Value];
    const size = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);
    if (typeof shape !== 'object' || size(shape) !== size(x.shape))
      throw new Error(`reshape: ${describeShapes([x])} does not become [${shape}]`);
    return [graph.compute('Reshape', [x, graph.constant('int64', [shape.length], shape)], shape, 'reshape')];
  },
  vjp(graph, from) {
    const [x] = from.inputs as [Value];
    const shape = graph.constant('int64', [x.shape.length], x.shape);
    return [graph.compute('Reshape', [takeGradient('reshape', from), shape], x.shape, `d ${x.name}`)];
  },
});

/** The value as it is, but as a constant to the gradient. */
export const stopGradient: Operator = {
  ...definePlainOperator('stop gradient', {
    forward(graph, inputs) {
      const [x] = inputs as [Value];
      return [graph.compute('Identity', [x], x.shape, 'constant')];
    },
    vjp: () => [undefined],
  }),
  stops: true,
};

/**
 * The sum over axes, given by the attribute `axes` (a number or a list; all where there is none). With `keep: 1` they
 * stay as lengths of 1, so that the result can be broadcast against the input.
 */
export const reduceSum: Operator = defineReduction('reduce sum', () => 1);

/** The mean over axes; attributes as for {@link reduceSum}. */
export const reduceMean: Operator = defineReduction('reduce mean', (count) => 1 / count);

function defineReduction(name: string, weight: (count: number) => number): Operator {
  return definePlainOperator(name, {
    forward(graph, inputs, attributes) {
      const [x] = inputs as [Value];
      const axes = readAxes(name, x, attributes);
      const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
      const shape = attributes.keep ? kept : x.shape.filter((_, i) => !axes.includes(i));
      const over = graph.constant('int64', [axes.length], axes);
      const sum = graph.compute('ReduceSum', [x, over], shape, name, {
        keepdims: { int: attributes.keep ? 1 : 0 },
      });
      const factor = weight(countAlong(x, axes));
      return [factor === 1 ? sum : graph.compute('Mul', [sum, graph.scalar(factor)], shape, name)];
    },
    vjp(graph, from) {
      const [x] = from.inputs as [Value];
      const axes = readAxes(name, x, from.attributes);
      const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
      const dy = takeGradient(name, from);
      const factor = weight(countAlong(x, axes));
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

function readAxes(name: string, x: Value, { axes }: Attributes): readonly number[] {
  const list = axes === undefined ? x.shape.map((_, i) => i) : typeof axes === 'number' ? [axes] : axes;
  for (const axis of list)
    if (!(axis >= 0 && axis < x.shape.length))
      throw new Error(`${name}: ${x.name} [${x.shape.join(' × ')}] has no axis ${axis}`);
  return list;
}

const countAlong = (x: Value, axes: readonly number[]) =>
  axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
