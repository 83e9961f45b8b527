import { differentiate } from '../../graph/differentiate.ts';
import { Graph, type Value } from '../../graph/graph.ts';
import { encodeCheckpoint, type Parameter } from '../../onnx/checkpoint.ts';
import { encodeModel } from '../../onnx/encode.ts';
import type { Port } from '../../onnx/types.ts';
import type { StepDescription } from '../backend.ts';
import type { Artifacts } from './runtime.ts';

/** Names of the train model's outputs beside the loss. (What ends in `_grad` the runtime would hide.) */
export const outputNames = {
  norm: (parameter: string) => `norm ${parameter}`,
  gradient: (parameter: string) => `gradient ${parameter}`,
};

/** The names under which the two models give the loss and the logits. */
export type ModelNames = { loss: string; logits: string };

/**
 * Writes what a training session of onnxruntime-web is made from. The names and orders are the runtime's: see
 * orttraining/orttraining/training_api/{module,optimizer,utils}.cc of v1.19.2.
 *
 * @param step what to build
 * @param parameters the initial values
 * @returns the artifacts, how the outputs are called, and the train model's inputs
 * @throws when the network's shapes do not fit together, or a gradient is asked for that does not exist
 * @example const { artifacts } = writeArtifacts(step, initialParameters(shape, variances, source));
 */
export function writeArtifacts(
  step: StepDescription,
  parameters: readonly Parameter[],
): {
  artifacts: Artifacts;
  training: ModelNames;
  evaluation: ModelNames;
  inputs: readonly Port[];
} {
  const train = trainModel(step);
  const evaluation = evaluationModel(step);
  const model = train.graph.model();
  const artifacts = {
    checkpointState: encodeCheckpoint(parameters),
    trainModel: encodeModel(model),
    evalModel: encodeModel(evaluation.graph.model()),
    optimizerModel: encodeModel(step.optimiser.models['ort-training'](step.options)),
  };
  return { artifacts, training: train.names, evaluation: evaluation.names, inputs: model.inputs };
}

function trainModel({ network, norms, gradients = [] }: StepDescription) {
  const graph = new Graph('train', 'ort-training');
  const { loss, logits } = network.forward(graph, true);
  const all = differentiate(graph, loss, network.parameters);
  const byName = new Map(network.parameters.map(({ name }, i) => [name, all[i] as Value]));

  // the loss must be the first output
  graph.output(loss);
  graph.output(logits);
  for (const name of norms) {
    const norm = graph.value(outputNames.norm(name), 'float', []);
    graph.node('ReduceL2', [gradientOf(byName, name)], [norm], { keepdims: { int: 0 } });
    graph.output(norm);
  }
  for (const name of gradients) {
    const gradient = gradientOf(byName, name);
    const copy = graph.value(outputNames.gradient(name), 'float', gradient.shape);
    graph.node('Identity', [gradient], [copy]);
    graph.output(copy);
  }

  const buffers = network.parameters.map(({ name, shape }) =>
    graph.input(`${name}_grad.accumulation.buffer`, 'float', shape),
  );
  const reset = graph.input('lazy_reset_grad', 'bool', [1]);
  network.parameters.forEach(({ name }, i) => {
    const done = graph.value(`${name}_grad.accumulation.out`, 'bool', [1]);
    graph.node(
      'com.microsoft.InPlaceAccumulatorV2',
      [buffers[i] as Value, gradientOf(byName, name), reset],
      [done],
    );
    graph.output(done);
  });
  return { graph, names: { loss: loss.name, logits: logits.name } };
}

function evaluationModel({ network }: StepDescription) {
  const graph = new Graph('evaluate', 'ort-training');
  const { loss, logits } = network.forward(graph, false);
  graph.output(loss);
  graph.output(logits);
  return { graph, names: { loss: loss.name, logits: logits.name } };
}

function gradientOf(gradients: ReadonlyMap<string, Value>, name: string): Value {
  const gradient = gradients.get(name);
  if (!gradient) throw new Error(`there is no parameter "${name}"`);
  return gradient;
}
