import type { Graph, Value } from '../graph.ts';
import { type Operator, onlyGradient, plainOperator } from '../operator.ts';
import { broadcast, unbroadcast } from '../shapes.ts';

type Pair = { a: Value; b: Value; y: Value; dy: Value };

/** An operation on two values, elementwise with broadcasting, from the gradients of both before the broadcast is undone. */
function binary(
  name: string,
  onnx: string,
  toA: (graph: Graph, from: Pair) => Value,
  toB: (graph: Graph, from: Pair) => Value,
): Operator {
  return plainOperator(name, {
    forward(graph, inputs) {
      return [graph.compute(onnx, inputs, broadcast(name, inputs as [Value, Value]), name)];
    },
    vjp(graph, from) {
      const [a, b] = from.inputs as [Value, Value];
      const [y] = from.outputs as [Value];
      const pair = { a, b, y, dy: onlyGradient(name, from) };
      const [wantA, wantB] = from.wanted;
      return [
        wantA ? unbroadcast(graph, toA(graph, pair), a) : undefined,
        wantB ? unbroadcast(graph, toB(graph, pair), b) : undefined,
      ];
    },
  });
}

const of = (graph: Graph, onnx: string, inputs: readonly Value[], { y }: Pair) =>
  graph.compute(onnx, inputs, y.shape);

/**
 * a + b.
 *
 * @example graph.call(add, [x, bias])
 */
export const add: Operator = binary(
  'add',
  'Add',
  (_, { dy }) => dy,
  (_, { dy }) => dy,
);

/**
 * a − b.
 *
 * @example graph.call(sub, [x, mean])
 */
export const sub: Operator = binary(
  'sub',
  'Sub',
  (_, { dy }) => dy,
  (graph, pair) => of(graph, 'Neg', [pair.dy], pair),
);

/**
 * a · b, element by element.
 *
 * @example graph.call(mul, [x, factor])
 */
export const mul: Operator = binary(
  'mul',
  'Mul',
  (graph, pair) => of(graph, 'Mul', [pair.dy, pair.b], pair),
  (graph, pair) => of(graph, 'Mul', [pair.dy, pair.a], pair),
);

/**
 * a / b, element by element.
 *
 * @example graph.call(div, [x, deviation])
 */
export const div: Operator = binary(
  'div',
  'Div',
  (graph, pair) => of(graph, 'Div', [pair.dy, pair.b], pair),
  (graph, pair) => {
    const ratio = of(graph, 'Div', [pair.y, pair.b], pair);
    return of(graph, 'Neg', [of(graph, 'Mul', [pair.dy, ratio], pair)], pair);
  },
);
