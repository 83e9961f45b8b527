import { activations } from '../activations.ts';
import type { TargetScale } from '../data/row-set.ts';
import { add, mul } from '../graph/arithmetic.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { crossEntropy, linear } from '../graph/layers.ts';
import type { Init } from '../inits.ts';
import type { Parameter } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';
import { type BatchNorm, createBatchNorm } from './batch-norm.ts';
import { layOut, listSteps, type Section, type SizedNetwork, type Step } from './layout.ts';
import { LOG_VARIANCE, writeGaussian } from './likelihood.ts';
import {
  drawOwnParameters,
  inputNames,
  listOwnParameters,
  MODES,
  type Model,
  type NoiseLayers,
  NoiseWriter,
  parameterNames,
} from './model.ts';

/** A network, and what training it needs to know besides. */
export type TrainedNetwork = SizedNetwork & {
  /** Images a step. */
  readonly batch: number;
  /** The noise of the network, at the number of each of its noise operations, see {@link NoiseLayers}. */
  readonly noise: NoiseLayers;
  /** Of a regression, whose read-out has one unit; without it the network tells classes apart. */
  readonly target?: TargetScale | undefined;
};

/**
 * The graph of a network: the operations before its blocks, those of its blocks, a read-out and softmax cross-entropy, or the likelihood
 * of a regression (see {@link writeGaussian}). Skip connections go around each sub-layer. See {@link layOut} for what the read-out is.
 *
 * @throws ParameterError for what the trainer does not train, see {@link layOut}
 * @example buildModel(trainedNetwork(plan, cell, data, 'plain'))
 */
export function buildModel(shape: TrainedNetwork): Model {
  const sections = layOut(shape);
  const norms = createNorms(sections, shape.batch);
  const own = [...norms.values()];
  const parameters = [
    ...listSteps(sections, 'linear').flatMap(weightsOf),
    ...own.flatMap((norm) => norm.parameters.map(({ name, shape }) => ({ name, shape }))),
    ...listOwnParameters(shape.noise),
    ...(shape.target ? [LOG_VARIANCE] : []),
  ];
  const states = own.flatMap((norm) => norm.states.map(({ name, shape }) => ({ name, shape })));
  return {
    parameters,
    states,
    forward(graph, mode) {
      const { batch, target } = shape;
      const { noisy, statistics, least } = MODES[mode];
      const images = graph.input(inputNames.images, 'float', [batch, shape.inputs]);
      const labels = graph.input(inputNames.labels, target ? 'float' : 'int64', [batch]);
      const noise = new NoiseWriter(graph, shape.noise, noisy);
      const values = new Map(
        [...parameters, ...states].map(({ name, shape }) => [name, graph.input(name, 'float', shape)]),
      );
      const carried = new Map<string, Value>();
      const layers: { signal: Value; z: Value }[] = [];
      const noises: { before: Value; after: Value }[] = [];
      const write = (step: Step, x: Value): Value => {
        switch (step.op) {
          case 'activation':
            return activations[step.name](graph, x);
          case 'noise': {
            const y = noise.apply(step.number, x, values);
            if (step.number > 0) noises.push({ before: x, after: y });
            return y;
          }
          case 'norm': {
            const norm = norms.get(step.number) as BatchNorm;
            const { y, states: next } = norm.write(graph, x, values, statistics, least);
            for (const [name, value] of next) carried.set(name, value);
            return y;
          }
          case 'linear': {
            const given = values.get(parameterNames.weights(step.number)) as Value;
            const biases = values.get(parameterNames.biases(step.number)) as Value;
            const weights = step.noises.reduce((w, at) => noise.maskWeights(at, w, values), given);
            const z = graph.call(linear, [x, weights, biases]);
            layers.push({ signal: x, z });
            return z;
          }
        }
      };

      let z = images;
      for (const section of sections) {
        const branch = section.steps.reduce((x, step) => write(step, x), z);
        z = addSkip(graph, section, z, branch);
        if (section.steps.at(-1)?.op === 'linear') (layers.at(-1) as { z: Value }).z = z;
      }
      const logVariance = values.get(LOG_VARIANCE.name);
      const { loss, logits } =
        target && logVariance
          ? writeGaussian(graph, z, labels, logVariance, target)
          : { loss: graph.call(crossEntropy, [z, labels]), logits: z };
      const objective = addPenalties(graph, loss, noise.penalties);
      return { loss, objective, logits, layers, noises, states: carried, watched: noise.watched };
    },
  };
}

/**
 * Initial parameters and states, the read-out's included.
 *
 * @param shape the network
 * @param init how weights and biases are drawn
 * @param source gives the stream of a parameter by its name, so that each layer's values are its own
 * @returns the values in the order of the network's parameters, then its states
 * @throws ParameterError as {@link buildModel}
 * @example drawInitialValues(shape, inits.gaussian({ sigma_w2: 1.5, sigma_b2: 0.05 }), (name) => createStream(1, name))
 */
export function drawInitialValues(
  shape: TrainedNetwork,
  init: Init,
  source: (parameter: string) => Stream,
): Parameter[] {
  const sections = layOut(shape);
  const norms = [...createNorms(sections, shape.batch).values()];
  const drawn = listSteps(sections, 'linear').flatMap((step) => {
    const { fanIn, fanOut } = step;
    const [weights, biases] = weightsOf(step);
    return [
      { ...weights, data: init.weights(source(weights.name), fanIn, fanOut) },
      { ...biases, data: init.biases(source(biases.name), fanIn, fanOut) },
    ];
  });
  return [
    ...drawn,
    ...norms.flatMap(({ parameters }) => parameters),
    ...drawOwnParameters(shape.noise, source),
    ...(shape.target
      ? [{ name: LOG_VARIANCE.name, shape: LOG_VARIANCE.shape, data: new Float32Array(1) }]
      : []),
    ...norms.flatMap(({ states }) => states),
  ];
}

/**
 * The names of a network's weights, from those that read the images to those that read out.
 *
 * @throws ParameterError as {@link buildModel}
 * @example listWeights(trainedNetwork(plan, cell, data, 'plain')).at(-1)
 */
export function listWeights(shape: SizedNetwork): string[] {
  return listSteps(layOut(shape), 'linear').map(({ number }) => parameterNames.weights(number));
}

/** The weights and the biases of a linear. */
function weightsOf({ number, fanIn, fanOut }: Extract<Step, { op: 'linear' }>) {
  return [
    { name: parameterNames.weights(number), shape: [fanIn, fanOut] },
    { name: parameterNames.biases(number), shape: [fanOut] },
  ] as const;
}

/** The batch norms of a network by their numbers, in order. */
function createNorms(sections: readonly Section[], batch: number): Map<number, BatchNorm> {
  return new Map(
    listSteps(sections, 'norm').map(({ number, units, epsilon }) => [
      number,
      createBatchNorm({ number, units, batch, epsilon }),
    ]),
  );
}

function addSkip(graph: Graph, { carry, branch }: Section, before: Value, after: Value): Value {
  if (carry === 0 && branch === 1) return after;
  const times = (x: Value, square: number) =>
    square === 1 ? x : graph.call(mul, [x, graph.scalar(Math.sqrt(square))]);
  return graph.call(add, [times(before, carry), times(after, branch)]);
}

function addPenalties(graph: Graph, loss: Value, penalties: readonly Value[]): Value {
  if (penalties.length === 0) return loss;
  const weight = graph.input(inputNames.penaltyWeight, 'float', []);
  const sum = penalties.reduce((total, one) => graph.call(add, [total, one]));
  return graph.call(add, [loss, graph.call(mul, [weight, sum])]);
}
