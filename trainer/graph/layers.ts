import { describeShapes } from './arithmetic.ts';
import {
  type Attributes,
  definePlainOperator,
  type Graph,
  type Lowering,
  type Operator,
  takeGradient,
  type Value,
  type VjpArguments,
} from './graph.ts';

/** The linear layer: x [batch, fan_in], W [fan_in, fan_out], b [fan_out] → x W + b [batch, fan_out]. */
export const linear: Operator = definePlainOperator('linear', {
  forward(graph, inputs) {
    const [x, weights, biases] = inputs as [Value, Value, Value];
    const [batch, fanIn] = x.shape as [number, number];
    const [rows, fanOut] = weights.shape as [number, number];
    if (rows !== fanIn || biases.shape[0] !== fanOut)
      throw new Error(`linear: shapes do not fit: ${describeShapes(inputs)}`);
    return [graph.compute('Gemm', inputs, [batch, fanOut], 'linear')];
  },
  vjp(graph, from) {
    const [x, weights, biases] = from.inputs as [Value, Value, Value];
    const [wantX, wantWeights, wantBiases] = from.wanted;
    const dz = takeGradient('linear', from);
    const write = (onnx: string, inputs: readonly Value[], value: Value, attribute: string, flag: number) =>
      graph.compute(onnx, inputs, value.shape, `d ${value.name}`, { [attribute]: { int: flag } });
    return [
      wantX ? write('Gemm', [dz, weights], x, 'transB', 1) : undefined,
      wantWeights ? write('Gemm', [x, dz], weights, 'transA', 1) : undefined,
      wantBiases
        ? write('ReduceSum', [dz, graph.constant('int64', [1], [0])], biases, 'keepdims', 0)
        : undefined,
    ];
  },
});

/** How a mask is applied in one dialect: x · mask / keep. */
type Application = (graph: Graph, x: Value, bits: Value, drop: number, hint: string) => Value;

const lowerMask = (apply: Application) => ({
  forward(graph: Graph, inputs: readonly Value[], attributes: Attributes) {
    const [x, bits] = inputs as [Value, Value];
    if (bits.type !== 'bool' || bits.shape.join() !== x.shape.join())
      throw new Error(
        `mask: ${bits.name} is ${bits.type} [${bits.shape.join(' × ')}], not bool [${x.shape.join(' × ')}]`,
      );
    return [apply(graph, x, bits, readDrop(attributes), 'masked')];
  },
  vjp(graph: Graph, from: Parameters<Operator['lowerings']['plain']['vjp']>[1]) {
    const [x, bits] = from.inputs as [Value, Value];
    const dy = takeGradient('mask', from);
    return [apply(graph, dy, bits, readDrop(from.attributes), `d ${x.name}`), undefined];
  },
});

/**
 * Inverted dropout with a mask that is fed in: x, mask (bool, of x's shape) → x · mask / keep. The attribute `drop` is
 * the probability 1 − keep, as the plan gives it. The runtime's own Dropout is not used: its generator repeats
 * itself (every run reseeds it, so that element 0 of a mask never changes). DropoutGrad is the very product that is
 * wanted, in both directions.
 */
export const mask: Operator = {
  name: 'mask',
  lowerings: {
    'ort-training': lowerMask((graph, x, bits, drop, hint) => {
      const training = graph.constant('bool', [], [1]);
      return graph.compute(
        'com.microsoft.DropoutGrad',
        [x, bits, graph.scalar(drop), training],
        x.shape,
        hint,
      );
    }),
    plain: lowerMask((graph, x, bits, drop, hint) => {
      const kept = graph.compute('Cast', [bits], x.shape, 'kept', { to: { int: 1 } });
      const factor = graph.compute('Mul', [kept, graph.scalar(1 / (1 - drop))], x.shape, 'factor');
      return graph.compute('Mul', [x, factor], x.shape, hint);
    }),
  },
};

function readDrop({ drop }: Attributes): number {
  if (typeof drop !== 'number' || !(drop >= 0 && drop < 1))
    throw new Error(`mask: drop is ${drop}, not in [0, 1)`);
  return drop;
}

/** The gradient with respect to the loss. The log-probabilities are for reading. */
function takeLossGradient(from: VjpArguments): Value {
  if (from.gradients[1]) throw new Error('cross-entropy: no gradient flows through log-probabilities');
  return takeGradient('cross-entropy', from);
}

const fusedCrossEntropy: Lowering = {
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
      [takeLossGradient(from), logProbabilities, labels],
      logits.shape,
      `d ${logits.name}`,
      { reduction: { text: 'mean' } },
    );
    return [dLogits, undefined];
  },
};

const plainCrossEntropy: Lowering = {
  forward(graph, inputs) {
    const [logits, labels] = inputs as [Value, Value];
    const [batch] = logits.shape as [number];
    const logProbabilities = graph.compute('LogSoftmax', [logits], logits.shape, 'log probabilities', {
      axis: { int: 1 },
    });
    const own = graph.compute(
      'Mul',
      [logProbabilities, writeOneHot(graph, logits, labels)],
      logits.shape,
      'own',
    );
    const axes = graph.constant('int64', [2], [0, 1]);
    const sum = graph.compute('ReduceSum', [own, axes], [], 'sum of own', { keepdims: { int: 0 } });
    return [graph.compute('Mul', [sum, graph.scalar(-1 / batch)], [], 'loss'), logProbabilities];
  },
  vjp(graph, from) {
    const [logits, labels] = from.inputs as [Value, Value];
    const [, logProbabilities] = from.outputs as [Value, Value];
    const shape = logits.shape;
    const probabilities = graph.compute('Exp', [logProbabilities], shape, 'probabilities');
    const excess = graph.compute('Sub', [probabilities, writeOneHot(graph, logits, labels)], shape, 'excess');
    const weight = graph.compute('Mul', [takeLossGradient(from), graph.scalar(1 / (shape[0] as number))], []);
    return [graph.compute('Mul', [excess, weight], shape, `d ${logits.name}`), undefined];
  },
};

function writeOneHot(graph: Graph, logits: Value, labels: Value): Value {
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
 */
export const crossEntropy: Operator = {
  name: 'cross-entropy',
  lowerings: { 'ort-training': fusedCrossEntropy, plain: plainCrossEntropy },
};
