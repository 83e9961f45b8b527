import type { Value } from '../graph.ts';
import { type Operator, onlyGradient, plainOperator } from '../operator.ts';
import { shapesOf } from '../shapes.ts';

/**
 * The linear layer: x [batch, fan_in], W [fan_in, fan_out], b [fan_out] → x W + b [batch, fan_out].
 *
 * @example const z = graph.call(linear, [x, weights, biases]);
 */
export const linear: Operator = plainOperator('linear', {
  forward(graph, inputs) {
    const [x, weights, biases] = inputs as [Value, Value, Value];
    const [batch, fanIn] = x.shape as [number, number];
    const [rows, fanOut] = weights.shape as [number, number];
    if (rows !== fanIn || biases.shape[0] !== fanOut)
      throw new Error(`linear: shapes do not fit: ${shapesOf(inputs)}`);
    return [graph.compute('Gemm', inputs, [batch, fanOut], 'linear')];
  },
  vjp(graph, from) {
    const [x, weights, biases] = from.inputs as [Value, Value, Value];
    const [wantX, wantWeights, wantBiases] = from.wanted;
    const dz = onlyGradient('linear', from);
    const of = (onnx: string, inputs: readonly Value[], value: Value, attribute: string, flag: number) =>
      graph.compute(onnx, inputs, value.shape, `d ${value.name}`, { [attribute]: { int: flag } });
    return [
      wantX ? of('Gemm', [dz, weights], x, 'transB', 1) : undefined,
      wantWeights ? of('Gemm', [x, dz], weights, 'transA', 1) : undefined,
      wantBiases
        ? of('ReduceSum', [dz, graph.constant('int64', [1], [0])], biases, 'keepdims', 0)
        : undefined,
    ];
  },
});
