import { describe, expect, test } from 'vitest';
import { listAvailableBackends } from '../backends/index.ts';
import type { Model } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawGaussians } from '../random/stream.ts';
import { crossEntropyLoss, finiteDifferences, relativeError } from '../testing/float64.ts';
import { LABELS, oneLoss } from '../testing/one-loss.ts';
import { BITS, type Case, cases } from '../testing/operator-cases.ts';
import { mul } from './arithmetic.ts';
import { tanh } from './elementwise.ts';
import { differentiate, Graph, type Value } from './graph.ts';
import { crossEntropy, linear, mask } from './layers.ts';
import { stopGradient } from './matrix.ts';

/** A network of one operator and the loss. */
function networkOf({ name, shapes, apply }: Case): Model {
  return oneLoss(
    shapes,
    (graph, parameters, [bits]) => apply(graph, parameters, bits as Value),
    (graph) => (name === 'mask' ? [graph.input('bits', 'bool', [4, 3])] : []),
  );
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each(
    cases,
  )('the vector–Jacobian product of $name is that of finite differences in float64', async (one) => {
    const network = networkOf(one);
    const parameters: Parameter[] = network.parameters.map((parameter) => ({
      ...parameter,
      data: drawGaussians(
        createStream(11, one.name, parameter.name),
        parameter.shape.reduce((a, b) => a * b, 1),
        1,
      ),
    }));
    const names = parameters.map(({ name }) => name);
    const trainer = await backend.create(
      {
        name: one.name,
        network,
        optimiser: optimisers.sgd,
        options: { learning_rate: 1 },
        norms: [],
        gradients: names,
      },
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
