import type { Value } from '../graph.ts';
import { type Lowering, onlyGradient } from '../operator.ts';

/**
 * The lowering of a function of each element whose gradient the runtime computes from the function's output.
 *
 * @param name the operator's name, for values and messages
 * @param onnx the ONNX operator of the function
 * @param gradient the operator of its gradient, (dY, Y) → dX
 * @example elementwise('tanh', 'Tanh', 'com.microsoft.TanhGrad')
 */
export function elementwise(name: string, onnx: string, gradient: string): Lowering {
  return {
    forward(graph, inputs) {
      const [x] = inputs as [Value];
      const y = graph.fresh(name, x.shape);
      graph.node(onnx, [x], [y]);
      return [y];
    },
    vjp(graph, from) {
      const [x] = from.inputs as [Value];
      const [y] = from.outputs as [Value];
      const dx = graph.fresh(`d ${x.name}`, x.shape);
      graph.node(gradient, [onlyGradient(name, from), y], [dx]);
      return [dx];
    },
  };
}
