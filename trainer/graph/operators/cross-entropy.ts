import type { Graph, Value } from '../graph.ts';
import { type Lowering, type Operator, onlyGradient, type VjpArguments } from '../operator.ts';

/** The gradient with respect to the loss. The log-probabilities are for reading. */
function lossGradient(from: VjpArguments): Value {
  if (from.gradients[1]) throw new Error('cross-entropy: no gradient flows through log-probabilities');
  return onlyGradient('cross-entropy', from);
}

const fused: Lowering = {
  forward(graph, inputs) {
    const [logits] = inputs as [Value, Value];
    const loss = graph.fresh('loss', []);
    const logProbabilities = graph.fresh('log probabilities', logits.shape);
    graph.node('SoftmaxCrossEntropyLoss', inputs, [loss, logProbabilities], { reduction: { text: 'mean' } });
    return [loss, logProbabilities];
  },
  vjp(graph, from) {
    const [logits, labels] = from.inputs as [Value, Value];
    const [, logProbabilities] = from.outputs as [Value, Value];
    const dLogits = graph.compute(
      'com.microsoft.SoftmaxCrossEntropyLossGrad',
      [lossGradient(from), logProbabilities, labels],
      logits.shape,
      `d ${logits.name}`,
      { reduction: { text: 'mean' } },
    );
    return [dLogits, undefined];
  },
};

const plain: Lowering = {
  forward(graph, inputs) {
    const [logits, labels] = inputs as [Value, Value];
    const [batch] = logits.shape as [number];
    const logProbabilities = graph.compute('LogSoftmax', [logits], logits.shape, 'log probabilities', {
      axis: { int: 1 },
    });
    const own = graph.compute('Mul', [logProbabilities, oneHot(graph, logits, labels)], logits.shape, 'own');
    const axes = graph.constant('int64', [2], [0, 1]);
    const sum = graph.compute('ReduceSum', [own, axes], [], 'sum of own', { keepdims: { int: 0 } });
    return [graph.compute('Mul', [sum, graph.scalar(-1 / batch)], [], 'loss'), logProbabilities];
  },
  vjp(graph, from) {
    const [logits, labels] = from.inputs as [Value, Value];
    const [, logProbabilities] = from.outputs as [Value, Value];
    const shape = logits.shape;
    const probabilities = graph.compute('Exp', [logProbabilities], shape, 'probabilities');
    const excess = graph.compute('Sub', [probabilities, oneHot(graph, logits, labels)], shape, 'excess');
    const weight = graph.compute('Mul', [lossGradient(from), graph.scalar(1 / (shape[0] as number))], []);
    return [graph.compute('Mul', [excess, weight], shape, `d ${logits.name}`), undefined];
  },
};

function oneHot(graph: Graph, logits: Value, labels: Value): Value {
  const classes = graph.constant('int64', [], [logits.shape[1] as number]);
  return graph.compute(
    'OneHot',
    [labels, classes, graph.constant('float', [2], [0, 1])],
    logits.shape,
    'one-hot',
    {
      axis: { int: 1 },
    },
  );
}

/**
 * Softmax cross-entropy, in nats, mean over the batch: logits [batch, classes], labels int64 [batch] → loss scalar and
 * log-probabilities [batch, classes]. The log-probabilities are for reading: no gradient flows through them.
 *
 * @example const [loss] = graph.apply(crossEntropy, [logits, labels]);
 */
export const crossEntropy: Operator = {
  name: 'cross-entropy',
  lowerings: { 'ort-training': fused, plain },
};
