import { ACTIVATION_ENTRIES, type ActivationName, SELU } from '../catalogue/activations.ts';
import { add, div, mul, sub } from './graph/arithmetic.ts';
import {
  abs,
  clip,
  cos,
  elu,
  erf,
  leakyRelu,
  relu,
  shrink,
  sigmoid,
  sin,
  softplus,
  tanh,
} from './graph/elementwise.ts';
import type { Graph, Operator, Value } from './graph/graph.ts';

/** An activation φ of a trained network: applies operators to the pre-activations. Its gradient follows from theirs. */
export type Activation = (graph: Graph, x: Value) => Value;

// Activations of the form x · gate(x). What each one is, and where it comes from: theory/activations.

/** x Φ(x), with Φ the normal distribution function. */
export const gelu: Activation = (graph, x) => {
  const scaled = graph.call(mul, [x, graph.scalar(Math.SQRT1_2)]);
  const twice = graph.call(add, [graph.call(erf, [scaled]), graph.scalar(1)]);
  return graph.call(mul, [graph.call(mul, [x, graph.scalar(0.5)]), twice]);
};

/** x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
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

/** x / (1 + e⁻ˣ). */
export const silu: Activation = (graph, x) => graph.call(mul, [x, graph.call(sigmoid, [x])]);

/** x / (1 + exp(−1.702 x)). */
export const quick_gelu: Activation = (graph, x) =>
  graph.call(mul, [x, graph.call(sigmoid, [graph.call(mul, [x, graph.scalar(1.702)])])]);

/** x tanh(ln(1 + eˣ)). */
export const mish: Activation = (graph, x) =>
  graph.call(mul, [x, graph.call(tanh, [graph.call(softplus, [x])])]);

/** x min(max(x + 3, 0), 6) / 6. */
export const hard_swish: Activation = (graph, x) => {
  const gate = graph.call(clip, [graph.call(add, [x, graph.scalar(3)])], { low: 0, high: 6 });
  return graph.call(mul, [graph.call(mul, [x, graph.scalar(1 / 6)]), gate]);
};

const of =
  (operator: Operator, attributes: Readonly<Record<string, number>> = {}): Activation =>
  (graph, x) =>
    graph.call(operator, [x], attributes);

const defaults = (name: ActivationName) => ACTIVATION_ENTRIES[name].parameters ?? {};
const { threshold: SOFT = 0 } = defaults('softshrink');
const { threshold: HARD = 0 } = defaults('hardshrink');

/** Each activation φ that can be trained, by the name that plans use; parameters have their defaults. */
export const activations: Readonly<Record<ActivationName, Activation>> = {
  linear: (_, x) => x,
  relu: of(relu),
  leaky_relu: of(leakyRelu, defaults('leaky_relu')),
  abs: of(abs),
  tanh: of(tanh),
  hard_tanh: of(clip, { low: -1, high: 1 }),
  erf: of(erf),
  scaled_erf: (graph, x) => graph.call(erf, [graph.call(mul, [x, graph.scalar(Math.sqrt(Math.PI) / 2)])]),
  sigmoid: of(sigmoid),
  softplus: of(softplus),
  elu: of(elu, defaults('elu')),
  selu: (graph, x) =>
    graph.call(mul, [graph.call(elu, [x], { alpha: SELU.alpha }), graph.scalar(SELU.scale)]),
  gelu,
  gelu_tanh,
  silu,
  mish,
  sin: of(sin),
  cos: of(cos),
  softsign: (graph, x) => graph.call(div, [x, graph.call(add, [graph.call(abs, [x]), graph.scalar(1)])]),
  hard_swish,
  quick_gelu,
  relu6: of(clip, { low: 0, high: 6 }),
  tanhshrink: (graph, x) => graph.call(sub, [x, graph.call(tanh, [x])]),
  softshrink: of(shrink, { threshold: SOFT, pull: SOFT }),
  hardshrink: of(shrink, { threshold: HARD, pull: 0 }),
  hard_sigmoid: (graph, x) => {
    const line = graph.call(add, [graph.call(mul, [x, graph.scalar(1 / 6)]), graph.scalar(0.5)]);
    return graph.call(clip, [line], { low: 0, high: 1 });
  },
  log_sigmoid: (graph, x) => {
    const turned = graph.call(softplus, [graph.call(mul, [x, graph.scalar(-1)])]);
    return graph.call(mul, [turned, graph.scalar(-1)]);
  },
  celu: of(elu, defaults('celu')),
  // (as it is at first: the slope is not trained)
  prelu: of(leakyRelu, defaults('prelu')),
  relu_squared: (graph, x) => {
    const positive = graph.call(relu, [x]);
    return graph.call(mul, [positive, positive]);
  },
};
