import { type Dialect, Graph } from '../graph/graph.ts';
import { inputNames, type Mode, type Model } from '../networks/model.ts';
import { encodeModel, type Parameter, type Port } from '../onnx.ts';
import type { Evaluation, Feeds } from './backend.ts';

// What the two runtimes, onnxruntime-web and onnxruntime-node, have in common: their JavaScript interface.

/** A tensor of the runtime. */
export type RuntimeTensor = { readonly data: unknown; readonly dims: readonly number[] };

/** A session of the runtime. */
export type RuntimeSession = {
  run(
    feeds: Record<string, RuntimeTensor>,
    fetches?: Record<string, RuntimeTensor>,
  ): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
};

/** A runtime. */
export type InferenceRuntime = {
  readonly Tensor: new (type: string, data: never, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<RuntimeSession>;
  };
};

/** The runtimes' names of our element types. */
const TENSOR_TYPES = { float: 'float32', int64: 'int64', bool: 'bool' } as const;

/** Makes tensors of what is fed. An array that is fed again, as those of batches and noise are, keeps its tensor. */
export class TensorMaker {
  readonly #runtime: Pick<InferenceRuntime, 'Tensor'>;
  readonly #name: string;
  readonly #known = new WeakMap<object, RuntimeTensor>();

  constructor(runtime: Pick<InferenceRuntime, 'Tensor'>, name: string) {
    this.#runtime = runtime;
    this.#name = name;
  }

  /** The tensor of an input. @throws Error when the feeds lack it */
  fed({ name, type, shape = [] }: Port, feeds: Feeds): RuntimeTensor {
    const data = feeds[name];
    if (!data) throw new Error(`the network (${this.#name}) is not fed "${name}"`);
    const known = this.#known.get(data);
    if (known) return known;
    const tensor = new this.#runtime.Tensor(TENSOR_TYPES[type], data as never, shape);
    this.#known.set(data, tensor);
    return tensor;
  }

  /** A float tensor over an array. */
  over(data: Float32Array, shape: readonly number[]): RuntimeTensor {
    return new this.#runtime.Tensor('float32', data as never, shape);
  }
}

/** Runs a call into a runtime. C++ exceptions of wasm arrive as thrown numbers; they leave as errors that say what failed. */
export async function callRuntime<T>(runtime: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    const why =
      typeof thrown === 'number'
        ? `it threw the C++ exception at ${thrown}, which it does when it refuses a model or has no memory left`
        : String(thrown instanceof Error ? thrown.message : thrown);
    throw new Error(`${runtime} failed in ${what}: ${why}`, { cause: thrown });
  }
}

/** The numbers of an output. */
export function readFloats(outputs: Readonly<Record<string, RuntimeTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`the runtime did not give the output "${name}"`);
  return tensor.data as Float32Array;
}

const NO_PENALTY = Float32Array.of(0);

type Built = {
  session: RuntimeSession;
  inputs: readonly Port[];
  loss: string;
  logits: string;
  states: readonly (readonly [string, string])[];
};

/** What evaluations are made with. */
export type EvaluatorSetup = {
  runtime: InferenceRuntime;
  /** The runtime's package, for messages. */
  package: string;
  dialect: Dialect;
  options: Readonly<Record<string, unknown>>;
  network: Model;
  /** Of the network, for messages. */
  name: string;
};

/** Runs a network forward, with values of its parameters and states that are fed. Each model is built when it is first used. */
export class Evaluator {
  readonly #setup: EvaluatorSetup;
  readonly #tensors: TensorMaker;
  readonly #built = new Map<Mode, Promise<Built>>();

  constructor(setup: EvaluatorSetup) {
    this.#setup = setup;
    this.#tensors = new TensorMaker(setup.runtime, setup.name);
  }

  /** One forward pass. */
  async run(mode: 'noisy' | 'evaluate', values: readonly Parameter[], feeds: Feeds): Promise<Evaluation> {
    const { built, outputs } = await this.#forward(mode, values, feeds);
    return { loss: readFloats(outputs, built.loss)[0] as number, logits: readFloats(outputs, built.logits) };
  }

  /** A forward pass with the noise off, for the running statistics with its batch; on the first one of them anew. */
  async recalibrate(values: readonly Parameter[], feeds: Feeds, first: boolean): Promise<Parameter[]> {
    const states = new Set(this.#setup.network.states.map(({ name }) => name));
    const start = values.map((value) =>
      first && states.has(value.name) ? { ...value, data: new Float32Array(value.data.length) } : value,
    );
    const { built, outputs } = await this.#forward('recalibrate', start, feeds);
    const next = new Map(built.states);
    return values.map((value) => {
      const output = next.get(value.name);
      return output === undefined ? value : { ...value, data: readFloats(outputs, output).slice() };
    });
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    for (const built of this.#built.values()) await (await built).session.release();
    this.#built.clear();
  }

  async #forward(mode: Mode, values: readonly Parameter[], feeds: Feeds) {
    let building = this.#built.get(mode);
    if (!building) {
      building = this.#build(mode);
      this.#built.set(mode, building);
    }
    const built = await building;
    // penalties are part of training, not of what a network gives
    const all = {
      [inputNames.penaltyWeight]: NO_PENALTY,
      ...feeds,
      ...Object.fromEntries(values.map(({ name, data }) => [name, data])),
    };
    const tensors = Object.fromEntries(built.inputs.map((port) => [port.name, this.#tensors.fed(port, all)]));
    const what = `an evaluation (${this.#setup.name})`;
    const outputs = await callRuntime(this.#setup.package, what, () => built.session.run(tensors));
    return { built, outputs };
  }

  async #build(mode: Mode): Promise<Built> {
    const { runtime, network, dialect, options, name } = this.#setup;
    const graph = new Graph(`evaluation (${mode})`, dialect);
    const { loss, logits, states } = network.forward(graph, mode);
    for (const value of [loss, logits, ...states.values()]) graph.output(value);
    const model = graph.model();
    const session = await callRuntime(this.#setup.package, `building an evaluation (${name})`, () =>
      runtime.InferenceSession.create(encodeModel(model), options),
    );
    return {
      session,
      inputs: model.inputs,
      loss: loss.name,
      logits: logits.name,
      states: [...states].map(([state, value]) => [state, value.name]),
    };
  }
}
