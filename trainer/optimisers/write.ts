import type { Graph, Value } from '../graph/graph.ts';

// Short forms for the formulas of optimisers, on tensors of any shape; differentiation does not see them.

/** a · b, where b may be a scalar or a number. @example times(graph, gradient, 0.1) */
export function times(graph: Graph, a: Value, b: Value | number): Value {
  return graph.compute('Mul', [a, operand(graph, b)], a.shape, 'times');
}

/** a + b, where b may be a scalar or a number. @example plus(graph, a, b) */
export function plus(graph: Graph, a: Value, b: Value | number): Value {
  return graph.compute('Add', [a, operand(graph, b)], a.shape, 'plus');
}

/** a / b, where b may be a scalar. @example over(graph, a, b) */
export function over(graph: Graph, a: Value, b: Value): Value {
  return graph.compute('Div', [a, b], a.shape, 'over');
}

/** √a. @example root(graph, a) */
export function root(graph: Graph, a: Value): Value {
  return graph.compute('Sqrt', [a], a.shape, 'root');
}

/** factor · old + value: a memory that fades. @example fading(graph, momentum, 0.9, gradient) */
export function fading(graph: Graph, old: Value, factor: Value | number, value: Value): Value {
  return plus(graph, times(graph, old, factor), value);
}

/** The gradient with the weights added, times a decay; the gradient itself where that is 0. */
export function decayed(graph: Graph, gradient: Value, parameter: Value, decay: number): Value {
  return decay === 0 ? gradient : plus(graph, gradient, times(graph, parameter, decay));
}

function operand(graph: Graph, b: Value | number): Value {
  return typeof b === 'number' ? graph.scalar(b) : b;
}
