import type { MeasurementOptions } from '../../schemas/plan-options.ts';
import type { Backend, Feeds } from '../backends/backend.ts';
import { callRuntime, type RuntimeSession, readFloats, TensorMaker } from '../backends/evaluator.ts';
import { mul } from '../graph/arithmetic.ts';
import { differentiate, Graph, type Value } from '../graph/graph.ts';
import { reduceSum } from '../graph/matrix.ts';
import type { Forward, Model } from '../networks/model.ts';
import { encodeModel, type Port } from '../onnx.ts';

/** One hidden layer of a network at its inputs; all row-major [inputs, units]. */
export type ProbedLayer = {
  /** What the layer's weights are fed. */
  readonly signal: Float32Array;
  /** Pre-activations. */
  readonly z: Float32Array;
  /** The gradient of the read-out of each input alone by its pre-activations. */
  readonly delta: Float32Array;
};

/** The name of the input that the fixed read-out takes: [1, width]. */
export const READ_OUT = 'read-out';

/** Runs networks of one shape forward and backward and shows every hidden layer. It moves nothing. */
export class Probe {
  readonly #session: RuntimeSession;
  readonly #package: string;
  readonly #tensors: TensorMaker;
  readonly #inputs: readonly Port[];
  readonly #layers: readonly { signal: Value; z: Value; delta: Value }[];

  private constructor(
    session: RuntimeSession,
    name: string,
    tensors: TensorMaker,
    inputs: readonly Port[],
    layers: readonly { signal: Value; z: Value; delta: Value }[],
  ) {
    this.#session = session;
    this.#package = name;
    this.#tensors = tensors;
    this.#inputs = inputs;
    this.#layers = layers;
  }

  /**
   * Builds the graph: the network's own forward pass with the noise on, and its derivative by every pre-activation.
   *
   * @param backend which runtime
   * @param network the network
   * @param readOut what gradients are of
   * @throws Error when the runtime refuses the graph
   * @example const probe = await Probe.create(ortNode, buildModel(shape), 'fixed');
   */
  static async create(
    backend: Backend,
    network: Model,
    readOut: MeasurementOptions['read_out'],
  ): Promise<Probe> {
    const { runtime, options, package: name } = await backend.inference();
    const graph = new Graph('measurement', backend.dialect);
    const forward = network.forward(graph, true);
    const hidden = forward.layers.slice(0, -1);
    const objective = OBJECTIVES[readOut](graph, forward);
    const gradients = differentiate(
      graph,
      objective,
      hidden.map(({ z }) => z),
    );
    const layers = hidden.map(({ signal, z }, i) => ({ signal, z, delta: gradients[i] as Value }));
    // a model must not give out what it is fed: the first layer's signal may be the images themselves
    const given = layers.map((layer) => ({
      signal: copied(graph, layer.signal),
      z: copied(graph, layer.z),
      delta: copied(graph, layer.delta),
    }));
    for (const { signal, z, delta } of given) for (const value of [signal, z, delta]) graph.output(value);
    const model = graph.model();
    const session = await callRuntime(name, 'building a measurement', () =>
      runtime.InferenceSession.create(encodeModel(model), options),
    );
    return new Probe(session, name, new TensorMaker(runtime, 'measurement'), model.inputs, given);
  }

  /**
   * Runs a network.
   *
   * @param feeds parameters, states, inputs, labels, noise, and the read-out
   * @returns its hidden layers, from the first on
   */
  async run(feeds: Feeds): Promise<ProbedLayer[]> {
    const tensors = Object.fromEntries(
      this.#inputs.map((port) => [port.name, this.#tensors.fed(port, feeds)]),
    );
    const outputs = await callRuntime(this.#package, 'a measurement', () => this.#session.run(tensors));
    return this.#layers.map(({ signal, z, delta }) => ({
      signal: readFloats(outputs, signal.name),
      z: readFloats(outputs, z.name),
      delta: readFloats(outputs, delta.name),
    }));
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** What is differentiated, summed over the inputs: each input's gradient is then its own. */
const OBJECTIVES: Readonly<
  Record<MeasurementOptions['read_out'], (graph: Graph, forward: Forward) => Value>
> = {
  fixed(graph, forward) {
    const { z } = lastHidden(forward);
    const readOut = graph.input(READ_OUT, 'float', [1, z.shape[1] as number]);
    return graph.call(reduceSum, [graph.call(mul, [z, readOut])]);
  },
  quadratic(graph, forward) {
    const { z } = lastHidden(forward);
    return graph.call(reduceSum, [graph.call(mul, [z, z])]);
  },
  cross_entropy: (graph, { objective, logits }) =>
    graph.call(mul, [objective, graph.scalar(logits.shape[0] as number)]),
};

const lastHidden = ({ layers }: Forward) => layers.at(-2) as Forward['layers'][number];

const copied = (graph: Graph, value: Value): Value =>
  graph.compute('Identity', [value], value.shape, 'measured');
