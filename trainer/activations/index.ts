import { ACTIVATION_ENTRIES, type ActivationName, SELU } from '../../catalogue/activations.ts';
import type { Operator } from '../graph/operator.ts';
import { add, div, mul, sub } from '../graph/operators/arithmetic.ts';
import { erf } from '../graph/operators/erf.ts';
import { sigmoid, softplus } from '../graph/operators/logistic.ts';
import { abs, clip, elu, leakyRelu, shrink } from '../graph/operators/piecewise.ts';
import { relu } from '../graph/operators/relu.ts';
import { tanh } from '../graph/operators/tanh.ts';
import { cos, sin } from '../graph/operators/trigonometric.ts';
import type { Activation } from './activation.ts';
import { gelu, gelu_tanh, hard_swish, mish, quick_gelu, silu } from './gated.ts';

const of =
  (operator: Operator, attributes: Readonly<Record<string, number>> = {}): Activation =>
  (graph, x) =>
    graph.call(operator, [x], attributes);

const defaults = (name: ActivationName) => ACTIVATION_ENTRIES[name].parameters ?? {};

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
  softshrink: of(shrink, { threshold: 0.5, pull: 0.5 }),
  hardshrink: of(shrink, { threshold: 0.5, pull: 0 }),
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
