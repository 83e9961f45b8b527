import type { Activation } from '../activations/activation.ts';
import type { Graph, ParameterShape, Value } from '../graph/graph.ts';
import { add, mul } from '../graph/operators/arithmetic.ts';
import { crossEntropy } from '../graph/operators/cross-entropy.ts';
import { linear } from '../graph/operators/linear.ts';
import type { Init } from '../inits/init.ts';
import type { Parameter } from '../onnx/checkpoint.ts';
import type { Stream } from '../random/stream.ts';
import { inputNames, parameterNames } from './names.ts';
import type { Network } from './network.ts';
import { initialOwn, type NoiseLayers, NoiseWriter, ownParameters, ownStates } from './noise.ts';

/** The shape of a fully connected network. */
export type FullyConnected = {
  /** Numbers an image has. */
  inputs: number;
  /** Units of each hidden layer. */
  width: number;
  /** Hidden layers; the read-out is one more. */
  depth: number;
  classes: number;
  /** Images a step. */
  batch: number;
  activation: Activation;
  /** The noise on the input and after each hidden activation: depth + 1 places, see {@link NoiseLayers}. */
  noise: NoiseLayers;
  /** a² and b² of skip connections z ← a z + b (W h + bias) between the pre-activations of hidden layers; none where left out. */
  residual?: { carry: number; branch: number };
};

/**
 * A fully connected network: depth times (linear, φ, noise), then a linear read-out and softmax cross-entropy. Its skip
 * connections are those of research/residual.ts: from the pre-activations of a hidden layer to those of the next one.
 *
 * @param shape its shape
 * @example fullyConnected({ inputs: 784, width: 100, depth: 20, classes: 10, batch: 100, activation: activations.tanh, noise: [] })
 */
export function fullyConnected(shape: FullyConnected): Network {
  const parameters = [...parameterShapes(shape), ...ownParameters(shape.noise)];
  const states = ownStates(shape.noise).map(({ name, shape }) => ({ name, shape }));
  return {
    parameters,
    states,
    forward(graph, noisy) {
      const { batch, depth, activation } = shape;
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
        z = weigh(l, activation(graph, before), (block) => joined(graph, shape, before, block));
      }
      const logits = weigh(depth + 1, activation(graph, z));
      const loss = graph.call(crossEntropy, [logits, labels]);
      const objective = penalised(graph, loss, noise.penalties);
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
 * @example initialValues(shape, inits.gaussian({ sigma_w2: 1.5, sigma_b2: 0.05 }), (name) => stream(1, name))
 */
export function initialValues(
  shape: FullyConnected,
  init: Init,
  source: (parameter: string) => Stream,
): Parameter[] {
  const drawn = layers(shape.depth + 1).flatMap((layer) => {
    const [fanIn, fanOut] = fans(shape, layer);
    const [weights, biases] = [parameterNames.weights(layer), parameterNames.biases(layer)];
    return [
      { name: weights, shape: [fanIn, fanOut], data: init.weights(source(weights), fanIn, fanOut) },
      { name: biases, shape: [fanOut], data: init.biases(source(biases), fanIn, fanOut) },
    ];
  });
  return [...drawn, ...initialOwn(shape.noise, source), ...ownStates(shape.noise)];
}

/** The units before and after the weights of layer 1 … depth + 1. */
function fans({ inputs, width, depth, classes }: FullyConnected, layer: number): [number, number] {
  return [layer === 1 ? inputs : width, layer === depth + 1 ? classes : width];
}

function parameterShapes(shape: FullyConnected): ParameterShape[] {
  return layers(shape.depth + 1).flatMap((layer) => {
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

function joined(graph: Graph, { residual }: FullyConnected, before: Value, block: Value): Value {
  if (!residual) return block;
  const times = (x: Value, square: number) =>
    square === 1 ? x : graph.call(mul, [x, graph.scalar(Math.sqrt(square))]);
  return graph.call(add, [times(before, residual.carry), times(block, residual.branch)]);
}

function penalised(graph: Graph, loss: Value, penalties: readonly Value[]): Value {
  if (penalties.length === 0) return loss;
  const weight = graph.input(inputNames.penaltyWeight, 'float', []);
  const sum = penalties.reduce((total, one) => graph.call(add, [total, one]));
  return graph.call(add, [loss, graph.call(mul, [weight, sum])]);
}

function layers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
