import type { Graph, Value } from '../../graph/graph.ts';
import { encodeModel } from '../../onnx/encode.ts';
import type { Port } from '../../onnx/types.ts';
import type { StepDescription } from '../backend.ts';
import { type StepGraph, writeStep } from '../step-graph.ts';

/** A train model, what it is fed, and the step that it is written from. */
export type TrainModel = { bytes: Uint8Array; inputs: readonly Port[]; step: StepGraph };

/**
 * Writes the train model of a training session: forward, backward, and the updates, which change the variables where the
 * session keeps them. To the session all variables are frozen parameters, so it asks for no gradient buffers, no
 * optimiser model and no second call a step. The names and orders are the runtime's: see
 * orttraining/orttraining/training_api/module.cc of v1.19.2.
 *
 * @param description what to write
 * @throws when the network's shapes do not fit together, or a gradient is asked for that does not exist
 * @example const { bytes } = writeTrainModel(description);
 */
export function writeTrainModel(description: StepDescription): TrainModel {
  const step = writeStep(description, 'ort-training');
  const { graph, outputs, updates } = step;
  // the loss must be the first output
  for (const value of [outputs.loss, outputs.logits]) graph.output(value);
  for (const values of [outputs.norms, outputs.gradients, outputs.watched])
    for (const value of Object.values(values)) graph.output(value);

  graph.input('lazy_reset_grad', 'bool', [1]);
  const { never, always } = lateFlags(graph, step);
  for (const { variable, how, value } of updates) {
    // outputs of this name stay inside the session
    const done = graph.value(`${variable.name}_grad.accumulation.out`, 'bool', [1]);
    graph.node(
      'com.microsoft.InPlaceAccumulatorV2',
      [variable, value, how === 'add' ? never : always],
      [done],
    );
    graph.output(done);
  }
  const model = graph.model();
  return { bytes: encodeModel(model), inputs: model.inputs, step };
}

/**
 * The flags "do not overwrite" and "overwrite". Nothing in a graph says that a variable is read before it is changed, so the
 * flags, on which each change waits, are computed from values that come after all other reading: the gradients that stand at
 * the end of everything that reads a parameter.
 */
function lateFlags(graph: Graph, step: StepGraph): { never: Value; always: Value } {
  const last = lastReaders(graph, step);
  const sums = last.map((value) => {
    const axes = graph.constant(
      'int64',
      [value.shape.length],
      value.shape.map((_, i) => i),
    );
    const sum = graph.compute('ReduceSum', [value, axes], [], 'late', { keepdims: { int: 0 } });
    return graph.compute('Reshape', [sum, graph.constant('int64', [1], [1])], [1], 'late');
  });
  const late = sums.reduce((a, b) => graph.compute('Add', [a, b], [1], 'late'));
  // no number is less than itself, and neither is NaN
  const never = graph.value('never', 'bool', [1]);
  graph.node('Less', [late, late], [never]);
  const always = graph.value('always', 'bool', [1]);
  graph.node('Not', [never], [always]);
  return { never, always };
}

/**
 * A few values, gradients from the last one written first, such that every node that reads a variable comes before one of them.
 * The optimiser's nodes are left out: each reads a variable for that variable's own update only.
 */
function lastReaders(graph: Graph, { updates, gradients, objective, outputs }: StepGraph): Value[] {
  const { nodes } = graph.model();
  const variables = new Set(updates.map(({ variable }) => variable.name));
  const producers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)));
  const producer = ({ name }: Value) => producers.get(name) ?? -1;
  const end = Math.max(producer(objective), ...gradients.map(producer));
  const open = new Set(
    nodes.flatMap((node, i) => (i <= end && node.inputs.some((name) => variables.has(name)) ? [i] : [])),
  );
  const late = gradients.toSorted((a, b) => producer(b) - producer(a));
  const forward = updates.map(({ value }) => value).filter((value) => producer(value) <= end);
  const seen = new Set<number>();
  const chosen = [...late, objective, ...forward, ...Object.values(outputs.watched)].filter((value) => {
    const before = open.size;
    const stack = [producers.get(value.name)];
    while (stack.length > 0) {
      const at = stack.pop();
      if (at === undefined || seen.has(at)) continue;
      seen.add(at);
      open.delete(at);
      for (const name of nodes[at]?.inputs ?? []) stack.push(producers.get(name));
    }
    return open.size < before;
  });
  const [left] = open;
  if (left !== undefined)
    throw new Error(
      `the node "${nodes[left]?.outputs[0]}" reads a variable, but nothing is computed from it`,
    );
  return chosen;
}
