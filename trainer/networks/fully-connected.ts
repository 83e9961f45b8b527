import { networkFromPlan } from '../../networks/from-plan.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { PLAN_NOISE_NAMES } from '../../schemas/plan-noise.ts';
import { type Network, readKeeps, readPlainBlock } from '../../theory/index.ts';
import { activations } from '../activations.ts';
import type { DataSet } from '../data/data-set.ts';
import { add, mul } from '../graph/arithmetic.ts';
import type { Dialect, Graph, ParameterShape, Value } from '../graph/graph.ts';
import { crossEntropy, linear } from '../graph/layers.ts';
import type { Init } from '../inits.ts';
import type { Parameter } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';
import type { Cell } from '../run/cells.ts';
import { techniques } from '../techniques/index.ts';
import type { NoiseLayer, Place } from '../techniques/technique.ts';
import {
  drawOwnParameters,
  inputNames,
  listOwnParameters,
  listOwnStates,
  type Model,
  type NoiseLayers,
  NoiseWriter,
  parameterNames,
} from './model.ts';

/** A fully connected network, and what training it needs to know besides. */
export type TrainedNetwork = {
  /** Its first weights read the images; its depth is the number of hidden layers, and the weights of its last block read out. */
  readonly network: Network;
  /** Numbers an image has. */
  readonly inputs: number;
  readonly classes: number;
  /** Images a step. */
  readonly batch: number;
  /** The noise on the input and after each hidden activation: depth + 1 places, see {@link NoiseLayers}. */
  readonly noise: NoiseLayers;
};

/**
 * The graph of a fully connected network: depth times (linear, φ, noise), then a linear read-out and softmax cross-entropy. Skip
 * connections go from the pre-activations of a hidden layer to those of the next one.
 *
 * @throws ParameterError for blocks that are no plain layers
 * @example buildModel(trainedNetwork(plan, cell, data, 'plain'))
 */
export function buildModel(shape: TrainedNetwork): Model {
  const { depth, carry, branch, activation } = readShape(shape);
  const parameters = [...parameterShapes(shape), ...listOwnParameters(shape.noise)];
  const states = listOwnStates(shape.noise).map(({ name, shape }) => ({ name, shape }));
  return {
    parameters,
    states,
    forward(graph, noisy) {
      const { batch } = shape;
      const images = graph.input(inputNames.images, 'float', [batch, shape.inputs]);
      const labels = graph.input(inputNames.labels, 'int64', [batch]);
      const noise = new NoiseWriter(graph, shape.noise, noisy);
      const values = new Map(
        [...parameters, ...states].map(({ name, shape }) => [name, graph.input(name, 'float', shape)]),
      );
      const passed: { signal: Value; z: Value }[] = [];
      const weigh = (l: number, x: Value, join: (block: Value) => Value = (block) => block) => {
        const signal = noise.apply(l - 1, x, values);
        const z = join(applyLayer(graph, signal, values, l));
        passed.push({ signal, z });
        return z;
      };

      let z = weigh(1, images);
      for (const l of layers(depth).slice(1)) {
        const before = z;
        z = weigh(l, activations[activation](graph, before), (block) =>
          addSkip(graph, { carry, branch }, before, block),
        );
      }
      const logits = weigh(depth + 1, activations[activation](graph, z));
      const loss = graph.call(crossEntropy, [logits, labels]);
      const objective = addPenalties(graph, loss, noise.penalties);
      return { loss, objective, logits, layers: passed, states: noise.states, watched: noise.watched };
    },
  };
}

/**
 * Initial parameters and states, the read-out's included.
 *
 * @param shape the network's shape
 * @param init how weights and biases are drawn
 * @param source gives the stream of a parameter by its name, so that each layer's values are its own
 * @returns the values in the order of the network's parameters, then its states
 * @example drawInitialValues(shape, inits.gaussian({ sigma_w2: 1.5, sigma_b2: 0.05 }), (name) => createStream(1, name))
 */
export function drawInitialValues(
  shape: TrainedNetwork,
  init: Init,
  source: (parameter: string) => Stream,
): Parameter[] {
  const drawn = layers(readShape(shape).depth + 1).flatMap((layer) => {
    const [fanIn, fanOut] = fans(shape, layer);
    const [weights, biases] = [parameterNames.weights(layer), parameterNames.biases(layer)];
    return [
      { name: weights, shape: [fanIn, fanOut], data: init.weights(source(weights), fanIn, fanOut) },
      { name: biases, shape: [fanOut], data: init.biases(source(biases), fanIn, fanOut) },
    ];
  });
  return [...drawn, ...drawOwnParameters(shape.noise, source), ...listOwnStates(shape.noise)];
}

/** The units before and after the weights of layer 1 … depth + 1. */
function fans(shape: TrainedNetwork, layer: number): [number, number] {
  const { inputs, classes } = shape;
  const { width, depth } = readShape(shape);
  return [layer === 1 ? inputs : width, layer === depth + 1 ? classes : width];
}

function parameterShapes(shape: TrainedNetwork): ParameterShape[] {
  return layers(readShape(shape).depth + 1).flatMap((layer) => {
    const [fanIn, fanOut] = fans(shape, layer);
    return [
      { name: parameterNames.weights(layer), shape: [fanIn, fanOut] },
      { name: parameterNames.biases(layer), shape: [fanOut] },
    ];
  });
}

function applyLayer(graph: Graph, x: Value, parameters: ReadonlyMap<string, Value>, layer: number): Value {
  const weights = parameters.get(parameterNames.weights(layer)) as Value;
  const biases = parameters.get(parameterNames.biases(layer)) as Value;
  return graph.call(linear, [x, weights, biases]);
}

function addSkip(
  graph: Graph,
  { carry, branch }: { readonly carry: number; readonly branch: number },
  before: Value,
  block: Value,
): Value {
  if (carry === 0 && branch === 1) return block;
  const times = (x: Value, square: number) =>
    square === 1 ? x : graph.call(mul, [x, graph.scalar(Math.sqrt(square))]);
  return graph.call(add, [times(before, carry), times(block, branch)]);
}

function addPenalties(graph: Graph, loss: Value, penalties: readonly Value[]): Value {
  if (penalties.length === 0) return loss;
  const weight = graph.input(inputNames.penaltyWeight, 'float', []);
  const sum = penalties.reduce((total, one) => graph.call(add, [total, one]));
  return graph.call(add, [loss, graph.call(mul, [weight, sum])]);
}

function layers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/**
 * Whether the images have noise, too.
 *
 * @example hasInputNoise(plan.network) // false
 */
export const hasInputNoise = ({ noise_on_input, input_keep }: Plan['network']): boolean =>
  noise_on_input === true || input_keep !== undefined;

/**
 * The noise of a plan at one place of a network.
 *
 * @param plan the plan
 * @param place what does not follow from the plan
 * @throws ParameterError when the plan's technique cannot be as strong as that
 * @example noiseAt(plan, { layer: 1, keep: 0.9, units: 100, fanOut: 100, dialect: 'plain', learningRate: 0.01 })
 */
export function noiseAt(
  { network, training }: Pick<Plan, 'network' | 'training'>,
  place: Pick<Place, 'layer' | 'keep' | 'units' | 'fanOut' | 'dialect' | 'learningRate'>,
): NoiseLayer | undefined {
  const options = Object.fromEntries(
    PLAN_NOISE_NAMES.flatMap((name) => (network[name] === undefined ? [] : [[name, Number(network[name])]])),
  );
  return techniques[network.technique].layer({
    ...place,
    batch: training.batch,
    options,
  });
}

/**
 * The network of a cell.
 *
 * @param plan the plan
 * @param cell one of its cells
 * @param data what it is trained on, for the sizes
 * @param dialect of the back end
 * @throws ParameterError where the schedule would drop a whole layer, or the technique cannot be as strong as the plan asks
 * @example buildModel(trainedNetwork(plan, cell, data, 'plain'))
 */
export function trainedNetwork(
  plan: Plan,
  cell: Cell,
  data: Pick<DataSet, 'pixelsPerImage' | 'classes'>,
  dialect: Dialect,
): TrainedNetwork {
  const network = networkFromPlan(plan, cell);
  const { depth, width = 1 } = network;
  const { pixelsPerImage: inputs, classes } = data;
  const learningRate = valueAt(plan, cell, 'learning_rate');
  const noiseOf = (keep: number | null, layer: number) =>
    layer === 0 && !hasInputNoise(plan.network)
      ? undefined
      : noiseAt(plan, {
          ...{ layer, dialect, learningRate },
          keep: keep ?? 1,
          units: layer === 0 ? inputs : width,
          fanOut: layer === depth ? classes : width,
        });
  return { network, inputs, classes, batch: plan.training.batch, noise: readKeeps(network).map(noiseOf) };
}

/** What of a network every layer shares. */
function readShape({ network: { blocks, depth = 0, width = 0 } }: TrainedNetwork) {
  const { activation, carry, branch } = readPlainBlock(
    typeof blocks === 'function' ? blocks(1, depth) : blocks,
  );
  return { depth, width, carry, branch, activation: activation.name as keyof typeof activations };
}
