import { definePlainOperator, type Graph, type Operator, takeGradient, type Value } from './graph.ts';

/** Values as messages show them. */
export function describeShapes(values: readonly Value[]): string {
  return values.map(({ name, shape }) => `${name} [${shape.join(' × ')}]`).join(', ');
}

/**
 * The shape of an elementwise operation on two values under ONNX's broadcasting: shapes are aligned at their ends, and
 * a length of 1 is repeated.
 */
export function broadcast(operator: string, values: readonly [Value, Value]): readonly number[] {
  const [a, b] = values.map(({ shape }) => shape) as [readonly number[], readonly number[]];
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (m !== n && m !== 1 && n !== 1)
      throw new Error(`${operator}: shapes do not fit: ${describeShapes(values)}`);
    return m === 1 ? n : m;
  });
}

/** The gradient of a value that was broadcast: the gradient of what it became, summed over the repeats. */
export function unbroadcast(graph: Graph, gradient: Value, value: Value): Value {
  const from = gradient.shape;
  const to = value.shape;
  if (from.join() === to.join()) return gradient;
  const lead = from.length - to.length;
  const axes = from.flatMap((length, i) => (i < lead || (to[i - lead] === 1 && length !== 1) ? [i] : []));
  const kept = from.map((length, i) => (axes.includes(i) ? 1 : length));
  const hint = `d ${value.name}`;
  // summed axes of a value of full rank stay as 1; those in front of it go
  const keep = lead === 0;
  if (!keep && kept.slice(lead).join() !== from.slice(lead).join()) {
    const sum = writeSum(graph, gradient, axes, kept, true, hint);
    return graph.compute('Reshape', [sum, graph.constant('int64', [to.length], to)], to, hint);
  }
  return writeSum(graph, gradient, axes, to, keep, hint);
}

function writeSum(
  graph: Graph,
  x: Value,
  axes: readonly number[],
  shape: readonly number[],
  keep: boolean,
  hint: string,
): Value {
  const over = graph.constant('int64', [axes.length], axes);
  return graph.compute('ReduceSum', [x, over], shape, hint, { keepdims: { int: keep ? 1 : 0 } });
}

type Pair = { a: Value; b: Value; y: Value; dy: Value };

/** An operation on two values, elementwise with broadcasting, from the gradients of both before the broadcast is undone. */
function defineBinary(
  name: string,
  onnx: string,
  toA: (graph: Graph, from: Pair) => Value,
  toB: (graph: Graph, from: Pair) => Value,
): Operator {
  return definePlainOperator(name, {
    forward(graph, inputs) {
      return [graph.compute(onnx, inputs, broadcast(name, inputs as [Value, Value]), name)];
    },
    vjp(graph, from) {
      const [a, b] = from.inputs as [Value, Value];
      const [y] = from.outputs as [Value];
      const pair = { a, b, y, dy: takeGradient(name, from) };
      const [wantA, wantB] = from.wanted;
      return [
        wantA ? unbroadcast(graph, toA(graph, pair), a) : undefined,
        wantB ? unbroadcast(graph, toB(graph, pair), b) : undefined,
      ];
    },
  });
}

const computeLike = (graph: Graph, onnx: string, inputs: readonly Value[], { y }: Pair) =>
  graph.compute(onnx, inputs, y.shape);

/** a + b. */
export const add: Operator = defineBinary(
  'add',
  'Add',
  (_, { dy }) => dy,
  (_, { dy }) => dy,
);

/** a − b. */
export const sub: Operator = defineBinary(
  'sub',
  'Sub',
  (_, { dy }) => dy,
  (graph, pair) => computeLike(graph, 'Neg', [pair.dy], pair),
);

/** a · b, element by element. */
export const mul: Operator = defineBinary(
  'mul',
  'Mul',
  (graph, pair) => computeLike(graph, 'Mul', [pair.dy, pair.b], pair),
  (graph, pair) => computeLike(graph, 'Mul', [pair.dy, pair.a], pair),
);

/** a / b, element by element. */
export const div: Operator = defineBinary(
  'div',
  'Div',
  (graph, pair) => computeLike(graph, 'Div', [pair.dy, pair.b], pair),
  (graph, pair) => {
    const ratio = computeLike(graph, 'Div', [pair.y, pair.b], pair);
    return computeLike(graph, 'Neg', [computeLike(graph, 'Mul', [pair.dy, ratio], pair)], pair);
  },
);
