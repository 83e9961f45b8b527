import { expect, test } from 'vitest';
import { buildModel } from '../networks/network-graph.ts';
import { type Optimiser, optimisers } from '../optimisers.ts';
import { networkOf } from '../testing/network.ts';
import { fuseUpdates, writeTrainModel } from './ort-node.ts';
import { writeTrainingStep } from './training-step.ts';

const network = buildModel({
  inputs: 6,
  classes: 4,
  batch: 7,
  network: networkOf('tanh', 3, 5),
  noise: [],
});
const description = (optimiser: Optimiser, norms: string[]) => ({
  name: 'example',
  network,
  optimiser,
  options: { learning_rate: 0.1 },
  norms,
});

/** How many products start from weights: those with three inputs and a turned first one. */
const fused = (optimiser: Optimiser, norms: string[] = []) => {
  const step = writeTrainingStep(description(optimiser, norms), 'plain');
  const { graph, updates } = step;
  for (const { variable, value } of updates)
    graph.output(graph.compute('Add', [variable, value], variable.shape, `next ${variable.name}`));
  return fuseUpdates(graph.model()).nodes.filter(
    ({ operator, inputs, attributes }) =>
      operator === 'Gemm' && inputs.length === 3 && 'transA' in attributes,
  ).length;
};

test('gradients that are only added to weights are added by their products; others are left alone', () => {
  expect(fused(optimisers.sgd)).toBe(4);
  expect(fused(optimisers.sgd, ['W2'])).toBe(3);
  expect(fused(optimisers.momentum)).toBe(0);
});

test('a fused step still gives all its outputs', () => {
  const { variables } = writeTrainModel(description(optimisers.sgd, []));
  expect(variables.map(({ next }) => next)).toEqual(network.parameters.map(({ name }) => `next ${name}`));
});
