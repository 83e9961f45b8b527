import type { Graph, ParameterShape, Value } from '../graph/graph.ts';
import type { Elements, Parameter } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';
import type { AnyFeed, Given, NoiseLayer } from '../techniques/technique.ts';
import type { Statistics } from './batch-norm.ts';

/** A parameter of a network. */
export type NetworkParameter = ParameterShape & {
  /** Multiplies the learning rate; 1 by default. */
  readonly rate?: number;
  /** Whether weight decay acts on it; true by default. */
  readonly decay?: boolean;
};

/** What a forward pass gives. */
export type Forward = {
  /** Mean over the batch, a scalar: of the cross-entropy, or of a regression's negative log-likelihood. */
  readonly loss: Value;
  /** What is differentiated: the loss and the penalties of the technique. */
  readonly objective: Value;
  /** [batch, classes]; of a regression the means in the unit of the targets, [batch, 1] */
  readonly logits: Value;
  /** Each layer of weights, from the input to the read-out: what it is fed, and what it gives (the last one of a branch: the sum). */
  readonly layers: readonly { readonly signal: Value; readonly z: Value }[];
  /** What each noise of the blocks is given and gives, in order; the noise on the images is none of them. */
  readonly noises: readonly { readonly before: Value; readonly after: Value }[];
  /** The states of the next step, by name; only where batch norms take the statistics of the batch, see {@link MODES}. */
  readonly states: ReadonlyMap<string, Value>;
  /** Scalars that the technique watches, by name; with the noise on only. */
  readonly watched: ReadonlyMap<string, Value>;
};

/** What a forward pass is for. */
export type Mode = 'train' | 'noisy' | 'evaluate' | 'recalibrate';

/**
 * What the forward passes differ in: whether the noise is on, by which statistics batch norms normalise, and the least weight of a batch
 * in the running statistics (0: plain averages). An evaluation with the noise on leaves batch norms as they are with it off, so that
 * one image does not depend on the others: as Monte Carlo dropout does in PyTorch, where only the dropout is put into training mode.
 */
export const MODES: Readonly<
  Record<Mode, { readonly noisy: boolean; readonly statistics: Statistics; readonly least?: number }>
> = {
  train: { noisy: true, statistics: 'batch' },
  noisy: { noisy: true, statistics: 'running' },
  evaluate: { noisy: false, statistics: 'running' },
  recalibrate: { noisy: false, statistics: 'batch', least: 0 },
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
   * @param mode what it is for, see {@link MODES}
   */
  forward(graph: Graph, mode: Mode): Forward;
};

/** The names of a network's inputs. */
export const inputNames = {
  images: 'images',
  labels: 'labels',
  /** What a noise is fed; 0 is that of the images, those of the blocks follow. */
  noise: (number: number) => `noise ${number}`,
  /** A parameter that a noise brings along, or a scalar that it watches. */
  own: (number: number, name: string) => `noise ${number} ${name}`,
  /** What the penalties of the technique are multiplied by. */
  penaltyWeight: 'penalty weight',
};

/** The names of the parameters of linears, from 1 on; the last one is the read-out. */
export const parameterNames = {
  weights: (number: number) => `W${number}`,
  biases: (number: number) => `b${number}`,
};

/** The noise of a network: 0 on the images, from 1 on in the blocks; undefined where there is none. */
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

/** Writes the noise layers of one forward pass and gathers what they give. */
export class NoiseWriter {
  readonly penalties: Value[] = [];
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
   * Applies a noise.
   *
   * @param at its number
   * @param x the activations
   * @param values parameters by their names in the network
   * @returns what goes on
   */
  apply(at: number, x: Value, values: ReadonlyMap<string, Value>): Value {
    const noise = this.#layers[at];
    const given = this.#given(at, values);
    if (!this.#noisy) return noise?.evaluate?.(this.#graph, x, given) ?? x;
    const { y, penalty, watched = {} } = noise?.train?.(this.#graph, x, given) ?? { y: x };
    if (penalty) this.penalties.push(penalty);
    for (const [name, value] of Object.entries(watched)) this.watched.set(inputNames.own(at, name), value);
    return y;
  }

  /**
   * Masks the weights that follow a noise.
   *
   * @param at its number
   * @param weights of the linear that follows it
   * @param values parameters by their names in the network
   * @returns what takes their place
   */
  maskWeights(at: number, weights: Value, values: ReadonlyMap<string, Value>): Value {
    if (!this.#noisy) return weights;
    return this.#layers[at]?.maskWeights?.(this.#graph, weights, this.#given(at, values)) ?? weights;
  }

  #given(at: number, values: ReadonlyMap<string, Value>): Given {
    const names = (this.#layers[at]?.parameters ?? []).map(({ name }) => name);
    const pick = (name: string) => [name, values.get(inputNames.own(at, name)) as Value] as const;
    return { feed: this.#feeds.get(at), parameters: Object.fromEntries(names.map(pick)) };
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

function fedLayers(layers: NoiseLayers): { at: number; feed: AnyFeed }[] {
  return layers.flatMap((layer, at) => (layer?.feed ? [{ at, feed: layer.feed }] : []));
}

function bufferOf({ type, shape }: AnyFeed): AnyElements {
  return BUFFERS[type](shape.reduce((product, length) => product * length, 1));
}
