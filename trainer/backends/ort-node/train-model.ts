import { encodeModel } from '../../onnx/encode.ts';
import type { Port } from '../../onnx/types.ts';
import type { StepDescription } from '../backend.ts';
import { type StepGraph, writeStep } from '../step-graph.ts';
import { fuseUpdates } from './fuse-updates.ts';

/** A variable of a training step, with the output that has its next value. */
export type Variable = { readonly name: string; readonly shape: readonly number[]; readonly next: string };

/** A train model, what it is fed, and what it gives. */
export type TrainModel = {
  bytes: Uint8Array;
  inputs: readonly Port[];
  step: StepGraph;
  variables: readonly Variable[];
};

/**
 * Writes the train model of a plain session: variables are inputs, and their next values are outputs.
 *
 * @param description what to write
 * @throws when the network's shapes do not fit together, or a gradient is asked for that does not exist
 * @example const { bytes, variables } = writeTrainModel(description);
 */
export function writeTrainModel(description: StepDescription): TrainModel {
  const step = writeStep(description, 'plain');
  const { graph, outputs, updates } = step;
  for (const value of [outputs.loss, outputs.logits]) graph.output(value);
  for (const values of [outputs.norms, outputs.gradients, outputs.watched])
    for (const value of Object.values(values)) graph.output(value);
  const variables = updates.map(({ variable, how, value }): Variable => {
    const { name, shape } = variable;
    const inputs = how === 'add' ? [variable, value] : [value];
    const next = graph.compute(how === 'add' ? 'Add' : 'Identity', inputs, shape, `next ${name}`);
    graph.output(next);
    return { name, shape, next: next.name };
  });
  const model = fuseUpdates(graph.model());
  return { bytes: encodeModel(model), inputs: model.inputs, step, variables };
}
