import type { Value } from '../graph.ts';
import { type Operator, onlyGradient } from '../operator.ts';

/**
 * The linear layer: x [batch, fan_in], W [fan_in, fan_out], b [fan_out] → x W + b [batch, fan_out].
 *
 * @example const [z] = graph.apply(linear, [x, weights, biases]);
 */
export const linear: Operator = {
  name: 'linear',
  lowerings: {
    'ort-training': {
      forward(graph, inputs) {
        const [x, weights, biases] = inputs as [Value, Value, Value];
        const [batch, fanIn] = x.shape as [number, number];
        const [rows, fanOut] = weights.shape as [number, number];
        if (rows !== fanIn || biases.shape[0] !== fanOut)
          throw new Error(
            `linear: shapes do not fit: ${inputs.map(({ name, shape }) => `${name} [${shape.join(' × ')}]`).join(', ')}`,
          );
        const z = graph.fresh('linear', [batch, fanOut]);
        graph.node('Gemm', inputs, [z]);
        return [z];
      },
      vjp(graph, from) {
        const [x, weights, biases] = from.inputs as [Value, Value, Value];
        const [wantX, wantWeights, wantBiases] = from.wanted;
        const dz = onlyGradient('linear', from);
        const dx = wantX ? graph.fresh(`d ${x.name}`, x.shape) : undefined;
        const dWeights = wantWeights ? graph.fresh(`d ${weights.name}`, weights.shape) : undefined;
        const dBiases = wantBiases ? graph.fresh(`d ${biases.name}`, biases.shape) : undefined;
        if (dx) graph.node('Gemm', [dz, weights], [dx], { transB: { int: 1 } });
        if (dWeights) graph.node('Gemm', [x, dz], [dWeights], { transA: { int: 1 } });
        if (dBiases)
          graph.node('ReduceSum', [dz, graph.constant('int64', [1], [0])], [dBiases], {
            keepdims: { int: 0 },
          });
        return [dx, dWeights, dBiases];
      },
    },
  },
};
