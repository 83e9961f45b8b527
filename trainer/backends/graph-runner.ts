import { Graph, type Value } from '../graph/graph.ts';
import { encodeModel, type Port } from '../onnx.ts';
import type { Backend, Feeds } from './backend.ts';
import { callRuntime, type RuntimeSession, readFloats, TensorMaker } from './evaluator.ts';

/** Runs a graph forward and gives the numbers of some of its values. */
export class GraphRunner {
  readonly #session: RuntimeSession;
  readonly #package: string;
  readonly #tensors: TensorMaker;
  readonly #inputs: readonly Port[];
  readonly #values: readonly Value[];

  private constructor(
    session: RuntimeSession,
    name: string,
    tensors: TensorMaker,
    inputs: readonly Port[],
    values: readonly Value[],
  ) {
    this.#session = session;
    this.#package = name;
    this.#tensors = tensors;
    this.#inputs = inputs;
    this.#values = values;
  }

  /**
   * Builds a graph.
   *
   * @param backend what runs it
   * @param write writes the graph and names the values that are wanted
   * @throws Error where the runtime refuses the graph
   * @example await GraphRunner.create(backend, (graph) => [network.forward(graph, 'train').logits])
   */
  static async create(backend: Backend, write: (graph: Graph) => readonly Value[]): Promise<GraphRunner> {
    const { runtime, options, package: name } = await backend.inference();
    const graph = new Graph('measurement', backend.dialect);
    // a model must not give out what it is fed: the first layer's signal may be the images themselves
    const values = write(graph).map((value) => graph.compute('Identity', [value], value.shape, 'measured'));
    for (const value of values) graph.output(value);
    const model = graph.model();
    const session = await callRuntime(name, 'building a measurement', () =>
      runtime.InferenceSession.create(encodeModel(model), options),
    );
    return new GraphRunner(session, name, new TensorMaker(runtime, 'measurement'), model.inputs, values);
  }

  /**
   * Runs it.
   *
   * @param feeds the numbers of each input, by name
   * @returns the values, in the order in which they were named
   */
  async run(feeds: Feeds): Promise<Float32Array[]> {
    const tensors = Object.fromEntries(
      this.#inputs.map((port) => [port.name, this.#tensors.fed(port, feeds)]),
    );
    const outputs = await callRuntime(this.#package, 'a measurement', () => this.#session.run(tensors));
    return this.#values.map(({ name }) => readFloats(outputs, name));
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}
