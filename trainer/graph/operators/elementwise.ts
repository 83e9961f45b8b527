import type { Attribute } from '../../onnx/types.ts';
import type { Graph, Value } from '../graph.ts';
import { type Attributes, type Lowering, onlyGradient } from '../operator.ts';

/** What the derivative of a function of each element is written from. */
export type Elementwise = { x: Value; y: Value; dy: Value; attributes: Attributes };

/**
 * The lowering of a function of each element.
 *
 * @param name the operator's name, for values and messages
 * @param onnx the ONNX operator of the function
 * @param gradient writes the gradient of the input, which has the input's shape
 * @param attributes the ONNX operator's attributes, from the operator's numbers
 * @example elementwise('sin', 'Sin', (graph, { x, dy }) => product(graph, dy, graph.compute('Cos', [x], x.shape)))
 */
export function elementwise(
  name: string,
  onnx: string,
  gradient: (graph: Graph, from: Elementwise) => Value,
  attributes: (given: Attributes) => Readonly<Record<string, Attribute>> = () => ({}),
): Lowering {
  return {
    forward(graph, inputs, given) {
      const [x] = inputs as [Value];
      return [graph.compute(onnx, [x], x.shape, name, attributes(given))];
    },
    vjp(graph, from) {
      const [x] = from.inputs as [Value];
      const [y] = from.outputs as [Value];
      return [gradient(graph, { x, y, dy: onlyGradient(name, from), attributes: from.attributes })];
    },
  };
}

/**
 * The lowering of a function of each element whose gradient the runtime computes itself.
 *
 * @param name the operator's name, for values and messages
 * @param onnx the ONNX operator of the function
 * @param gradient the runtime's operator of its gradient, (dY, Y) → dX
 * @example fusedElementwise('tanh', 'Tanh', 'com.microsoft.TanhGrad')
 */
export function fusedElementwise(name: string, onnx: string, gradient: string): Lowering {
  return elementwise(name, onnx, (graph, { x, y, dy }) =>
    graph.compute(gradient, [dy, y], x.shape, `d ${x.name}`),
  );
}

/**
 * a · b of each element, of one shape, in a gradient.
 *
 * @example product(graph, dy, slope)
 */
export function product(graph: Graph, a: Value, b: Value): Value {
  const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
  return graph.compute('Mul', [a, b], shape, 'product');
}
