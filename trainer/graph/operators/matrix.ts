import type { Value } from '../graph.ts';
import { type Operator, onlyGradient, plainOperator } from '../operator.ts';
import { shapesOf } from '../shapes.ts';

/**
 * The product of two matrices: [m, k] and [k, n] → [m, n].
 *
 * @example graph.call(matmul, [x, weights])
 */
export const matmul: Operator = plainOperator('matmul', {
  forward(graph, inputs) {
    const [a, b] = inputs as [Value, Value];
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0])
      throw new Error(`matmul: shapes do not fit: ${shapesOf(inputs)}`);
    return [graph.compute('Gemm', inputs, [a.shape[0] as number, b.shape[1] as number], 'matmul')];
  },
  vjp(graph, from) {
    const [a, b] = from.inputs as [Value, Value];
    const dy = onlyGradient('matmul', from);
    const [wantA, wantB] = from.wanted;
    return [
      wantA ? graph.compute('Gemm', [dy, b], a.shape, `d ${a.name}`, { transB: { int: 1 } }) : undefined,
      wantB ? graph.compute('Gemm', [a, dy], b.shape, `d ${b.name}`, { transA: { int: 1 } }) : undefined,
    ];
  },
});

/**
 * The same elements in another shape, given by the attribute `shape`.
 *
 * @example graph.call(reshape, [x], { shape: [128, 1] })
 */
export const reshape: Operator = plainOperator('reshape', {
  forward(graph, inputs, { shape }) {
    const [x] = inputs as [Value];
    const size = (lengths: readonly number[]) => lengths.reduce((product, length) => product * length, 1);
    if (typeof shape !== 'object' || size(shape) !== size(x.shape))
      throw new Error(`reshape: ${shapesOf([x])} does not become [${shape}]`);
    return [graph.compute('Reshape', [x, graph.constant('int64', [shape.length], shape)], shape, 'reshape')];
  },
  vjp(graph, from) {
    const [x] = from.inputs as [Value];
    const shape = graph.constant('int64', [x.shape.length], x.shape);
    return [graph.compute('Reshape', [onlyGradient('reshape', from), shape], x.shape, `d ${x.name}`)];
  },
});

/**
 * The value as it is, but as a constant to the gradient.
 *
 * @example graph.call(stopGradient, [normaliser])
 */
export const stopGradient: Operator = {
  ...plainOperator('stop gradient', {
    forward(graph, inputs) {
      const [x] = inputs as [Value];
      return [graph.compute('Identity', [x], x.shape, 'constant')];
    },
    vjp: () => [undefined],
  }),
  stops: true,
};
