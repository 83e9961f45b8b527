import type { Graph, ParameterShape, Value } from '../graph/graph.ts';
import type { Elements, Parameter } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';
import type { AnyFeed, Given, NoiseLayer } from '../techniques/technique.ts';

/** A parameter of a network. */
export type NetworkParameter = ParameterShape & {
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
  /** Whether weight decay acts on it; true by default. */
  readonly decay?: boolean;
};

/** What a forward pass gives. */
export type Forward = {
  /** Mean cross-entropy over the batch, a scalar. */
  readonly loss: Value;
  /** What is differentiated: the loss and the penalties of the technique. */
  readonly objective: Value;
  /** [batch, classes] */
  readonly logits: Value;
  /** Each layer of weights, from the input to the read-out: what it is fed, and what it gives (with a skip connection: the sum). */
  readonly layers: readonly { readonly signal: Value; readonly z: Value }[];
  /** The states of the next step, by name; with the noise on only. */
  readonly states: ReadonlyMap<string, Value>;
  /** Scalars that the technique watches, by name; with the noise on only. */
  readonly watched: ReadonlyMap<string, Value>;
};

/** What is trained: parameters and a forward pass. The gradient follows from the forward pass. */
export type Model = {
  readonly parameters: readonly NetworkParameter[];
  /** What the forward pass carries from step to step without a gradient. */
  readonly states: readonly ParameterShape[];
  /**
   * Writes the forward pass: declares what is fed, then the parameters and the states as inputs, in their order.
   *
   * @param graph an empty graph
   * @param noisy whether the noise of the technique is applied (training) or left out (evaluation)
   */
  forward(graph: Graph, noisy: boolean): Forward;
};

/** The names of a network's inputs. */
export const inputNames = {
  images: 'images',
  labels: 'labels',
  /** What the noise of a layer is fed; 0 is the input, the hidden layers follow. */
  noise: (layer: number) => `noise ${layer}`,
  /** A parameter or state that the noise of a layer brings along, or a scalar that it watches. */
  own: (layer: number, name: string) => `noise ${layer} ${name}`,
  /** What the penalties of the technique are multiplied by. */
  penaltyWeight: 'penalty weight',
};

/** The names of the parameters of layer 1 … depth + 1; the last one is the read-out. */
export const parameterNames = {
  weights: (layer: number) => `W${layer}`,
  biases: (layer: number) => `b${layer}`,
};

/** The noise of a network: at each layer from 0, the input, on; undefined where there is none. */
export type NoiseLayers = readonly (NoiseLayer | undefined)[];

/** The noise layers that there are, with where they stand. */
function present(layers: NoiseLayers): { noise: NoiseLayer; at: number }[] {
  return layers.flatMap((noise, at) => (noise ? [{ noise, at }] : []));
}

/**
 * The parameters that the noise layers bring along, by the names that they have in the network.
 *
 * @example listOwnParameters(noise).map(({ name }) => name)
 */
export function listOwnParameters(layers: NoiseLayers): NetworkParameter[] {
  return present(layers).flatMap(({ noise, at }) =>
    (noise.parameters ?? []).map(({ initial, ...rest }) => ({
      ...rest,
      name: inputNames.own(at, rest.name),
    })),
  );
}

/**
 * The states of the noise layers, by the names that they have in the network, with their initial values.
 *
 * @example listOwnStates(noise)[0]?.data
 */
export function listOwnStates(layers: NoiseLayers): Parameter[] {
  return present(layers).flatMap(({ noise, at }) =>
    (noise.states ?? []).map(({ name, shape, initial }) => ({
      name: inputNames.own(at, name),
      shape,
      data: initial.slice(),
    })),
  );
}

/**
 * The initial values of {@link listOwnParameters}.
 *
 * @param source gives the stream of a parameter by its name
 * @example drawOwnParameters(noise, (name) => createStream(1, name))
 */
export function drawOwnParameters(layers: NoiseLayers, source: (parameter: string) => Stream): Parameter[] {
  return present(layers).flatMap(({ noise, at }) =>
    (noise.parameters ?? []).map(({ name, shape, initial }) => {
      const full = inputNames.own(at, name);
      return { name: full, shape, data: initial(source(full)) };
    }),
  );
}

/**
 * Values of the noise layers' states by the names that they have in the network.
 *
 * @param values by the names given in a layer, the same for each layer
 * @example setStates(noise, { batches: 0 })
 */
export function setStates(
  layers: NoiseLayers,
  values: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    present(layers).flatMap(({ noise, at }) =>
      (noise.states ?? []).flatMap(({ name }) =>
        values[name] === undefined ? [] : [[inputNames.own(at, name), values[name]]],
      ),
    ),
  );
}

/** Writes the noise layers of one forward pass and gathers what they give. */
export class NoiseWriter {
  readonly penalties: Value[] = [];
  readonly states = new Map<string, Value>();
  readonly watched = new Map<string, Value>();
  readonly #graph: Graph;
  readonly #layers: NoiseLayers;
  readonly #noisy: boolean;
  readonly #feeds = new Map<number, Value>();

  /** Declares what is fed. */
  constructor(graph: Graph, layers: NoiseLayers, noisy: boolean) {
    this.#graph = graph;
    this.#layers = layers;
    this.#noisy = noisy;
    for (const { noise, at } of noisy ? present(layers) : [])
      if (noise.feed)
        this.#feeds.set(at, graph.input(inputNames.noise(at), noise.feed.type, noise.feed.shape));
  }

  /**
   * Applies the noise of a layer.
   *
   * @param at the layer
   * @param x the activations
   * @param values parameters and states by their names in the network
   * @returns what goes on to the weights
   */
  apply(at: number, x: Value, values: ReadonlyMap<string, Value>): Value {
    const noise = this.#layers[at];
    if (!noise) return x;
    const pick = (names: readonly { name: string }[] = []) =>
      Object.fromEntries(names.map(({ name }) => [name, values.get(inputNames.own(at, name)) as Value]));
    const given: Given = {
      feed: this.#feeds.get(at),
      parameters: pick(noise.parameters),
      states: pick(noise.states),
    };
    if (!this.#noisy) return noise.evaluate?.(this.#graph, x, given) ?? x;
    const { y, penalty, states = {}, watched = {} } = noise.train(this.#graph, x, given);
    if (penalty) this.penalties.push(penalty);
    for (const [name, value] of Object.entries(states)) this.states.set(inputNames.own(at, name), value);
    for (const [name, value] of Object.entries(watched)) this.watched.set(inputNames.own(at, name), value);
    return y;
  }
}

/** Gives the noise of the next step, by input name. The arrays are used again for the step after it. */
export type NoiseFeeds = () => Readonly<Record<string, AnyElements>>;

type AnyElements = Elements[keyof Elements];

const BUFFERS: { [T in keyof Elements]: (length: number) => Elements[T] } = {
  float: (length) => new Float32Array(length),
  int64: (length) => new BigInt64Array(length),
  bool: (length) => new Uint8Array(length),
};

/**
 * The noise of a network's layers, step after step, from one stream.
 *
 * @param layers the noise layers
 * @param stream the stream
 * @example const feeds = drawNoise(noise, createStream(1, 'noise')); feeds()['noise 1'];
 */
export function drawNoise(layers: NoiseLayers, stream: Stream): NoiseFeeds {
  const shared = new Map<string, (into: AnyElements) => void>();
  const sourceOf = ({ source, shared: key }: AnyFeed) => {
    const known = key === undefined ? undefined : shared.get(key);
    const fill = known ?? (source(stream) as (into: AnyElements) => void);
    if (key !== undefined) shared.set(key, fill);
    return fill;
  };
  const fed = fedLayers(layers).map(({ at, feed }) => ({
    name: inputNames.noise(at),
    buffer: bufferOf(feed),
    fill: sourceOf(feed),
  }));
  const feeds = Object.fromEntries(fed.map(({ name, buffer }) => [name, buffer]));
  return () => {
    for (const { buffer, fill } of fed) fill(buffer);
    return feeds;
  };
}

/**
 * Noise that has no effect: every element is the technique's neutral value.
 *
 * @example feedNeutral(noise, 1)()
 */
export function feedNeutral(layers: NoiseLayers, value: number): NoiseFeeds {
  const feeds = Object.fromEntries(
    fedLayers(layers).map(({ at, feed }) => {
      const buffer = bufferOf(feed);
      return [inputNames.noise(at), buffer instanceof BigInt64Array ? buffer : buffer.fill(value)];
    }),
  );
  return () => feeds;
}

function fedLayers(layers: NoiseLayers): { at: number; feed: AnyFeed }[] {
  return layers.flatMap((layer, at) => (layer?.feed ? [{ at, feed: layer.feed }] : []));
}

function bufferOf({ type, shape }: AnyFeed): AnyElements {
  return BUFFERS[type](shape.reduce((product, length) => product * length, 1));
}
