import { add, mul } from '../graph/operators/arithmetic.ts';
import { erf } from '../graph/operators/erf.ts';
import { sigmoid, softplus } from '../graph/operators/logistic.ts';
import { clip } from '../graph/operators/piecewise.ts';
import { tanh } from '../graph/operators/tanh.ts';
import type { Activation } from './activation.ts';

// Activations of the form x · gate(x). What each one is, and where it comes from: theory/activations.

/** x Φ(x), with Φ the normal distribution function. @example gelu(graph, z) */
export const gelu: Activation = (graph, x) => {
  const scaled = graph.call(mul, [x, graph.scalar(Math.SQRT1_2)]);
  const twice = graph.call(add, [graph.call(erf, [scaled]), graph.scalar(1)]);
  return graph.call(mul, [graph.call(mul, [x, graph.scalar(0.5)]), twice]);
};

/** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. @example gelu_tanh(graph, z) */
export const gelu_tanh: Activation = (graph, x) => {
  const scale = Math.sqrt(2 / Math.PI);
  const square = graph.call(mul, [x, x]);
  const bent = graph.call(add, [
    graph.call(mul, [square, graph.scalar(0.044715 * scale)]),
    graph.scalar(scale),
  ]);
  const twice = graph.call(add, [graph.call(tanh, [graph.call(mul, [x, bent])]), graph.scalar(1)]);
  return graph.call(mul, [graph.call(mul, [x, graph.scalar(0.5)]), twice]);
};

/** x / (1 + e⁻ˣ). @example silu(graph, z) */
export const silu: Activation = (graph, x) => graph.call(mul, [x, graph.call(sigmoid, [x])]);

/** x / (1 + exp(−1.702 x)). @example quick_gelu(graph, z) */
export const quick_gelu: Activation = (graph, x) =>
  graph.call(mul, [x, graph.call(sigmoid, [graph.call(mul, [x, graph.scalar(1.702)])])]);

/** x tanh(ln(1 + eˣ)). @example mish(graph, z) */
export const mish: Activation = (graph, x) =>
  graph.call(mul, [x, graph.call(tanh, [graph.call(softplus, [x])])]);

/** x min(max(x + 3, 0), 6) / 6. @example hard_swish(graph, z) */
export const hard_swish: Activation = (graph, x) => {
  const gate = graph.call(clip, [graph.call(add, [x, graph.scalar(3)])], { low: 0, high: 6 });
  return graph.call(mul, [graph.call(mul, [x, graph.scalar(1 / 6)]), gate]);
};
