import type { Value } from '../graph.ts';
import { type Operator, onlyGradient } from '../operator.ts';

/**
 * Softmax cross-entropy, in nats, mean over the batch: logits [batch, classes], labels int64 [batch] → loss scalar and
 * log-probabilities [batch, classes]. The log-probabilities are for reading: no gradient flows through them.
 *
 * @example const [loss] = graph.apply(crossEntropy, [logits, labels]);
 */
export const crossEntropy: Operator = {
  name: 'cross-entropy',
  lowerings: {
    'ort-training': {
      forward(graph, inputs) {
        const [logits] = inputs as [Value, Value];
        const loss = graph.fresh('loss', []);
        const logProbabilities = graph.fresh('log probabilities', logits.shape);
        graph.node('SoftmaxCrossEntropyLoss', inputs, [loss, logProbabilities], {
          reduction: { text: 'mean' },
        });
        return [loss, logProbabilities];
      },
      vjp(graph, from) {
        const [logits, labels] = from.inputs as [Value, Value];
        const [, logProbabilities] = from.outputs as [Value, Value];
        if (from.gradients[1]) throw new Error('cross-entropy: no gradient flows through log-probabilities');
        const dLogits = graph.fresh(`d ${logits.name}`, logits.shape);
        graph.node(
          'com.microsoft.SoftmaxCrossEntropyLossGrad',
          [onlyGradient('cross-entropy', from), logProbabilities, labels],
          [dLogits],
          { reduction: { text: 'mean' } },
        );
        return [dLogits, undefined];
      },
    },
  },
};
