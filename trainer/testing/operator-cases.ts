import { add, div, mul, sub } from '../graph/arithmetic.ts';
import {
  abs,
  clip,
  cos,
  elu,
  erf,
  exp,
  leakyRelu,
  log,
  relu,
  shrink,
  sigmoid,
  sin,
  softplus,
  sqrt,
  tanh,
} from '../graph/elementwise.ts';
import type { Attributes, Graph, Operator, Value } from '../graph/graph.ts';
import { linear, mask } from '../graph/layers.ts';
import { matmul, reduceMean, reduceSum, reshape } from '../graph/matrix.ts';
import { affine, type Matrix, matrix } from './float64.ts';

const WEIGHTS = [1, -1, 2];
/** The bits of the mask. */
export const BITS = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0];

/** An operator in use. */
export type Case = {
  name: string;
  /** Shapes of the parameters: all of an operator's inputs that may have a gradient. */
  shapes: number[][];
  /** The operator's use in a graph, giving logits [4, 3]. */
  apply(graph: Graph, parameters: Value[], bits: Value): Value;
  /** The same in float64. */
  f(parameters: Float64Array[]): Matrix;
};

const elementwise = (f: (x: number, i: number) => number) => (parameters: Float64Array[]) =>
  matrix(Array.from(parameters[0] as Float64Array, f), 3);

/** A function of each element; of e^x where it takes positive numbers only. */
const unary = (
  name: string,
  operator: Operator,
  f: (x: number) => number,
  attributes: Attributes = {},
  positive = false,
): Case => ({
  name,
  shapes: [[4, 3]],
  apply(graph, [x]) {
    const from = positive ? graph.call(exp, [x as Value]) : (x as Value);
    return graph.call(operator, [from], attributes);
  },
  f: elementwise((x) => f(positive ? Math.exp(x) : x)),
});

/** An operation on a matrix and what is broadcast against it, e^x of each, so that none is near 0. */
const binary = (name: string, operator: Operator, f: (a: number, b: number) => number): Case[] =>
  [[4, 3], [3], [4, 1], [1, 3], [1], []].map((shape) => ({
    name: `${name} of [4 × 3] and [${shape.join(' × ')}]`,
    shapes: [[4, 3], shape],
    // softmax does not see what is added to a whole row: each column is weighted on its own
    apply: (graph, [a, b]) =>
      graph.call(mul, [
        graph.constant('float', [3], WEIGHTS),
        graph.call(operator, [graph.call(exp, [a as Value]), graph.call(exp, [b as Value])]),
      ]),
    f: ([a = new Float64Array(), b = new Float64Array()]) =>
      matrix(
        Array.from(a, (x, i) => {
          const [row, column] = [Math.floor(i / 3), i % 3];
          const at = shape.length === 0 ? 0 : row * (shape.at(-2) === 4 ? (shape.at(-1) as number) : 0);
          return (
            (WEIGHTS[column] as number) *
            f(Math.exp(x), Math.exp(b[at + (shape.at(-1) === 3 ? column : 0)] as number))
          );
        }),
        3,
      ),
  }));

const columnMeans = (x: Float64Array, weight: number) =>
  matrix(
    Array.from(
      x,
      (_, i) => weight * [0, 1, 2, 3].reduce((sum, row) => sum + (x[row * 3 + (i % 3)] as number), 0),
    ),
    3,
  );

/** Φ-free error function: its series, which converges everywhere. */
function erfSeries(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** Each operator in use, in the graph and in float64. */
export const cases: Case[] = [
  unary('exp', exp, Math.exp),
  unary('log', log, Math.log, {}, true),
  unary('sqrt', sqrt, Math.sqrt, {}, true),
  unary('sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x))),
  unary('softplus', softplus, (x) => Math.log1p(Math.exp(x))),
  unary('erf', erf, erfSeries),
  unary('sin', sin, Math.sin),
  unary('cos', cos, Math.cos),
  unary('abs', abs, Math.abs),
  unary('leaky relu', leakyRelu, (x) => (x > 0 ? x : 0.2 * x), { slope: 0.2 }),
  unary('clip', clip, (x) => Math.min(0.7, Math.max(-0.3, x)), { low: -0.3, high: 0.7 }),
  unary('shrink', shrink, (x) => (Math.abs(x) > 0.3 ? x - 0.1 * Math.sign(x) : 0), {
    threshold: 0.3,
    pull: 0.1,
  }),
  unary('elu', elu, (x) => (x > 0 ? x : 1.3 * Math.expm1(x)), { alpha: 1.3 }),
  ...binary('add', add, (a, b) => a + b),
  ...binary('sub', sub, (a, b) => a - b),
  ...binary('mul', mul, (a, b) => a * b),
  ...binary('div', div, (a, b) => a / b),
  {
    name: 'reduce mean over the batch',
    shapes: [[4, 3]],
    apply: (graph, [x]) =>
      graph.call(mul, [
        graph.constant('float', [4, 3], BITS),
        graph.call(reduceMean, [x as Value], { axes: 0 }),
      ]),
    f: ([x = new Float64Array()]) =>
      columnMeans(x, 1 / 4).map((row, i) => row.map((value, j) => value * (BITS[3 * i + j] as number))),
  },
  {
    name: 'reduce sum of all, kept as axes',
    shapes: [[4, 3]],
    apply: (graph, [x]) =>
      graph.call(mul, [
        graph.constant('float', [4, 3], BITS),
        graph.call(reduceSum, [x as Value], { keep: 1, axes: [0, 1] }),
      ]),
    f: ([x = new Float64Array()]) =>
      matrix(
        BITS.map((bit) => bit * x.reduce((sum, one) => sum + one, 0)),
        3,
      ),
  },
  {
    name: 'reshape and matmul',
    shapes: [
      [2, 4],
      [2, 3],
    ],
    apply: (graph, [a, b]) =>
      graph.call(matmul, [graph.call(reshape, [a as Value], { shape: [4, 2] }), b as Value]),
    f: ([a = [], b = []]) => affine(matrix(a, 2), matrix(b, 3), [0, 0, 0]),
  },
  {
    name: 'linear',
    shapes: [[4, 2], [2, 3], [3]],
    apply: (graph, parameters) => graph.apply(linear, parameters)[0] as Value,
    f: ([x = [], w = [], b = []]) => affine(matrix(x, 2), matrix(w, 3), b),
  },
  {
    name: 'tanh',
    shapes: [[4, 3]],
    apply: (graph, parameters) => graph.apply(tanh, parameters)[0] as Value,
    f: elementwise(Math.tanh),
  },
  {
    name: 'relu',
    shapes: [[4, 3]],
    apply: (graph, parameters) => graph.apply(relu, parameters)[0] as Value,
    f: elementwise((x) => Math.max(0, x)),
  },
  {
    name: 'mask',
    shapes: [[4, 3]],
    apply: (graph, [x], bits) => graph.apply(mask, [x as Value, bits], { drop: 0.3 })[0] as Value,
    f: elementwise((x, i) => (x * (BITS[i] as number)) / 0.7),
  },
  {
    name: 'cross-entropy',
    shapes: [[4, 3]],
    apply: (_, [logits]) => logits as Value,
    f: elementwise((x) => x),
  },
  {
    name: 'a value used twice',
    shapes: [[4, 3], [3, 3], [3]],
    // the same weights and biases in two layers: their gradients add up
    apply(graph, [x, w, b]) {
      const once = graph.apply(tanh, graph.apply(linear, [x, w, b] as Value[]))[0] as Value;
      return graph.apply(linear, [once, w, b] as Value[])[0] as Value;
    },
    f([x = [], w = [], b = []]) {
      const once = affine(matrix(x, 3), matrix(w, 3), b).map((row) => row.map(Math.tanh));
      return affine(once, matrix(w, 3), b);
    },
  },
];
