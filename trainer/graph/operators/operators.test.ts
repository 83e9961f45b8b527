import { describe, expect, test } from 'vitest';
import { availableBackends } from '../../backends/index.ts';
import type { Network } from '../../networks/network.ts';
import type { Parameter } from '../../onnx/checkpoint.ts';
import { sgd } from '../../optimisers/sgd.ts';
import { gaussians } from '../../random/gaussian.ts';
import { stream } from '../../random/stream.ts';
import {
  affine,
  crossEntropyLoss,
  finiteDifferences,
  type Matrix,
  matrix,
  relativeError,
} from '../../testing/float64.ts';
import { LABELS, oneLoss } from '../../testing/one-loss.ts';
import { differentiate } from '../differentiate.ts';
import { Graph, type Value } from '../graph.ts';
import type { Attributes, Operator } from '../operator.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { crossEntropy } from './cross-entropy.ts';
import { erf } from './erf.ts';
import { exp, log, sqrt } from './exponential.ts';
import { linear } from './linear.ts';
import { sigmoid, softplus } from './logistic.ts';
import { mask } from './mask.ts';
import { matmul, reshape, stopGradient } from './matrix.ts';
import { abs, clip, elu, leakyRelu } from './piecewise.ts';
import { reduceMean, reduceSum } from './reduce.ts';
import { relu } from './relu.ts';
import { tanh } from './tanh.ts';
import { cos, sin } from './trigonometric.ts';

const WEIGHTS = [1, -1, 2];
const BITS = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0];

type Case = {
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

const cases: Case[] = [
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

/** A network of one operator and the loss. */
function networkOf({ name, shapes, apply }: Case): Network {
  return oneLoss(
    shapes,
    (graph, parameters, [bits]) => apply(graph, parameters, bits as Value),
    (graph) => (name === 'mask' ? [graph.input('bits', 'bool', [4, 3])] : []),
  );
}

describe.each(availableBackends())('$name', (backend) => {
  test.each(
    cases,
  )('the vector–Jacobian product of $name is that of finite differences in float64', async (one) => {
    const network = networkOf(one);
    const parameters: Parameter[] = network.parameters.map((parameter) => ({
      ...parameter,
      data: gaussians(
        stream(11, one.name, parameter.name),
        parameter.shape.reduce((a, b) => a * b, 1),
        1,
      ),
    }));
    const names = parameters.map(({ name }) => name);
    const trainer = await backend.create(
      { name: one.name, network, optimiser: sgd, options: { learning_rate: 1 }, norms: [], gradients: names },
      parameters,
    );
    const { gradients } = await trainer.step({
      labels: BigInt64Array.from(LABELS, BigInt),
      bits: Uint8Array.from(BITS),
    });
    const expected = finiteDifferences(parameters, (values) =>
      crossEntropyLoss(one.f(names.map((name) => values[name] as Float64Array)), LABELS),
    );
    for (const name of names)
      expect(relativeError(gradients[name] ?? [], expected[name] ?? []), name).toBeLessThan(2e-6);
    await trainer.release();
  });
});

test('no gradient flows through what is stopped, and the rest of the product rule holds', () => {
  const graph = new Graph('test', 'plain');
  const p = graph.input('p', 'float', [4, 3]);
  const labels = graph.input('labels', 'int64', [4]);
  const fixed = graph.call(stopGradient, [p]);
  const loss = graph.call(crossEntropy, [graph.call(mul, [p, fixed]), labels]);
  const before = graph.model().nodes.length;
  const [gradient] = differentiate(graph, loss, [p]) as [Value];
  const last = graph.model().nodes.slice(before).at(-1);
  expect([last?.operator, last?.inputs[1], last?.outputs[0]]).toEqual(['Mul', fixed.name, gradient.name]);
});

test('inputs that do not fit are refused with their shapes', () => {
  const graph = new Graph('test', 'ort-training');
  const x = graph.input('x', 'float', [4, 2]);
  const w = graph.input('w', 'float', [3, 5]);
  const b = graph.input('b', 'float', [5]);
  const bits = graph.input('bits', 'bool', [4, 3]);
  expect(() => graph.apply(linear, [x, w, b])).toThrow(
    'linear: shapes do not fit: x [4 × 2], w [3 × 5], b [5]',
  );
  expect(() => graph.apply(mask, [x, bits], { drop: 0.1 })).toThrow(
    'mask: bits is bool [4 × 3], not bool [4 × 2]',
  );
  expect(() => graph.input('x', 'float', [1])).toThrow('the name "x" stands twice in the graph test');
});

test('differentiate refuses a loss that is no scalar, and a parameter that the loss does not depend on', () => {
  const graph = new Graph('test', 'ort-training');
  const logits = graph.input('p', 'float', [4, 3]);
  const labels = graph.input('labels', 'int64', [4]);
  const other = graph.input('q', 'float', [2]);
  const [loss] = graph.apply(crossEntropy, [logits, labels]) as [Value];
  expect(() => differentiate(graph, logits, [logits])).toThrow('the loss is no scalar: [4 × 3]');
  expect(() => differentiate(graph, loss, [logits, other])).toThrow('does not depend on the parameter "q"');
});

test('only what leads to a parameter is written', () => {
  const graph = new Graph('test', 'ort-training');
  const x = graph.input('x', 'float', [4, 2]);
  const w = graph.input('w', 'float', [2, 3]);
  const b = graph.input('b', 'float', [3]);
  const labels = graph.input('labels', 'int64', [4]);
  const logits = graph.apply(linear, [graph.apply(tanh, [x])[0] as Value, w, b]);
  const [loss] = graph.apply(crossEntropy, [logits[0] as Value, labels]) as [Value];
  const before = graph.model().nodes.length;
  differentiate(graph, loss, [w, b]);
  const written = graph
    .model()
    .nodes.slice(before)
    .map(({ operator }) => operator);
  expect(written).toEqual(['SoftmaxCrossEntropyLossGrad', 'Gemm', 'ReduceSum']);
});
