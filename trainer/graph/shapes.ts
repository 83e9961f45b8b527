import type { Graph, Value } from './graph.ts';

/**
 * Values as messages show them.
 *
 * @example shapesOf([x, w])
 */
export function shapesOf(values: readonly Value[]): string {
  return values.map(({ name, shape }) => `${name} [${shape.join(' × ')}]`).join(', ');
}

/**
 * The shape of an elementwise operation on two values under ONNX's broadcasting: shapes are aligned at their ends, and
 * a length of 1 is repeated.
 *
 * @param operator its name, for the message
 * @throws when the shapes do not fit
 * @example broadcast('add', [x, b])
 */
export function broadcast(operator: string, values: readonly [Value, Value]): readonly number[] {
  const [a, b] = values.map(({ shape }) => shape) as [readonly number[], readonly number[]];
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (m !== n && m !== 1 && n !== 1) throw new Error(`${operator}: shapes do not fit: ${shapesOf(values)}`);
    return m === 1 ? n : m;
  });
}

/**
 * The gradient of a value that was broadcast: the gradient of what it became, summed over the repeats.
 *
 * @param graph the graph to write into
 * @param gradient the gradient of the broadcast value
 * @param value what was broadcast
 * @example unbroadcast(graph, dy, bias)
 */
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
    const sum = reduce(graph, gradient, axes, kept, true, hint);
    return graph.compute('Reshape', [sum, graph.constant('int64', [to.length], to)], to, hint);
  }
  return reduce(graph, gradient, axes, to, keep, hint);
}

function reduce(
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
