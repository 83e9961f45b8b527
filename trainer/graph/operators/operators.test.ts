import { describe, expect, test } from 'vitest';
import { ortWebTraining } from '../../backends/ort-web-training/backend.ts';
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
import { differentiate } from '../differentiate.ts';
import { Graph, type Value } from '../graph.ts';
import { crossEntropy } from './cross-entropy.ts';
import { linear } from './linear.ts';
import { mask } from './mask.ts';
import { relu } from './relu.ts';
import { tanh } from './tanh.ts';

const LABELS = [2, 0, 1, 1];
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

const cases: Case[] = [
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

/** A network of one operator and the loss. Both models must have all inputs, so the bits are declared where used. */
function networkOf({ name, shapes, apply }: Case): Network {
  const parameters = shapes.map((shape, i) => ({ name: `p${i}`, shape }));
  return {
    parameters,
    forward(graph) {
      const labels = graph.input('labels', 'int64', [4]);
      const bits = name === 'mask' ? graph.input('bits', 'bool', [4, 3]) : labels;
      const values = parameters.map((one) => graph.input(one.name, 'float', one.shape));
      const logits = apply(graph, values, bits);
      return { loss: graph.apply(crossEntropy, [logits, labels])[0] as Value, logits };
    },
  };
}

describe.each(cases)('the vector–Jacobian product of $name', (one) => {
  test('is that of finite differences in float64', async () => {
    const network = networkOf(one);
    const parameters: Parameter[] = network.parameters.map((parameter) => ({
      ...parameter,
      data: gaussians(
        stream(11, one.name, parameter.name),
        parameter.shape.reduce((a, b) => a * b),
        1,
      ),
    }));
    const names = parameters.map(({ name }) => name);
    const trainer = await ortWebTraining.create(
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
