import type { Graph, ParameterShape, Value } from '../graph/graph.ts';
import type { Operator } from '../graph/operator.ts';
import { crossEntropy } from '../graph/operators/cross-entropy.ts';
import { linear } from '../graph/operators/linear.ts';
import type { Parameter } from '../onnx/checkpoint.ts';
import { gaussians } from '../random/gaussian.ts';
import type { Stream } from '../random/stream.ts';
import type { AnyNoise } from '../techniques/technique.ts';
import type { Network } from './network.ts';

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
  activation: Operator;
  /** Noise after each hidden activation; none where undefined. */
  noise: AnyNoise | undefined;
};

/** The names of a network's inputs: images, labels, and the noise of hidden layer 1 … depth. */
export const inputNames = { images: 'images', labels: 'labels', noise: (layer: number) => `noise ${layer}` };

/** The names of the parameters of layer 1 … depth + 1; the last one is the read-out. */
export const parameterNames = {
  weights: (layer: number) => `W${layer}`,
  biases: (layer: number) => `b${layer}`,
};

/**
 * A fully connected network: depth times (linear, φ, noise), then a linear read-out and softmax cross-entropy.
 *
 * @param shape its shape
 * @example fullyConnected({ inputs: 784, width: 100, depth: 20, classes: 10, batch: 100, activation: tanh, noise: undefined })
 */
export function fullyConnected(shape: FullyConnected): Network {
  const parameters = parameterShapes(shape);
  return {
    parameters,
    forward(graph, noisy) {
      const { batch, width, depth, activation } = shape;
      const noise = noisy ? shape.noise : undefined;
      const images = graph.input(inputNames.images, 'float', [batch, shape.inputs]);
      const labels = graph.input(inputNames.labels, 'int64', [batch]);
      const noises = noise
        ? layers(depth).map((layer) => graph.input(inputNames.noise(layer), noise.type, [batch, width]))
        : [];
      const values = new Map(parameters.map(({ name, shape }) => [name, graph.input(name, 'float', shape)]));
      const layer = (l: number, x: Value) => applyLayer(graph, x, values, l);

      let h = images;
      for (const l of layers(depth)) {
        h = graph.apply(activation, [layer(l, h)])[0] as Value;
        if (noise) h = noise.apply(graph, h, noises[l - 1] as Value);
      }
      const logits = layer(depth + 1, h);
      const [loss] = graph.apply(crossEntropy, [logits, labels]) as [Value];
      return { loss, logits };
    },
  };
}

/**
 * Initial parameters: weights N(0, sigma_w2 / fan_in), biases N(0, sigma_b2), the read-out included.
 *
 * @param shape the network's shape
 * @param variances the variances
 * @param source gives the stream of a parameter by its name, so that each layer's values are its own
 * @example initialParameters(shape, { sigma_w2: 1.5, sigma_b2: 0.05 }, (name) => stream(1, name))
 */
export function initialParameters(
  shape: FullyConnected,
  { sigma_w2, sigma_b2 }: { sigma_w2: number; sigma_b2: number },
  source: (parameter: string) => Stream,
): Parameter[] {
  return parameterShapes(shape).map((parameter) => {
    const [rows, columns] = parameter.shape as [number, number?];
    const data =
      columns === undefined
        ? gaussians(source(parameter.name), rows, sigma_b2)
        : gaussians(source(parameter.name), rows * columns, sigma_w2 / rows);
    return { ...parameter, data };
  });
}

function parameterShapes({ inputs, width, depth, classes }: FullyConnected): ParameterShape[] {
  return layers(depth + 1).flatMap((layer) => {
    const fanIn = layer === 1 ? inputs : width;
    const fanOut = layer === depth + 1 ? classes : width;
    return [
      { name: parameterNames.weights(layer), shape: [fanIn, fanOut] },
      { name: parameterNames.biases(layer), shape: [fanOut] },
    ];
  });
}

function applyLayer(graph: Graph, x: Value, parameters: ReadonlyMap<string, Value>, layer: number): Value {
  const weights = parameters.get(parameterNames.weights(layer)) as Value;
  const biases = parameters.get(parameterNames.biases(layer)) as Value;
  return graph.apply(linear, [x, weights, biases])[0] as Value;
}

function layers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
