import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Graph, Value } from '../graph/graph.ts';
import { encodeCheckpoint, encodeModel, type Parameter, type Port } from '../onnx.ts';
import { findPackageVersion } from '../package-version.ts';
import type { Backend, Evaluation, Feeds, StepDescription, StepResult, Trainer } from './backend.ts';
import {
  callRuntime,
  Evaluator,
  type InferenceRuntime,
  type RuntimeTensor,
  readFloats,
  TensorMaker,
} from './evaluator.ts';
import { type StepGraph, writeTrainingStep } from './training-step.ts';

/** A training session of onnxruntime-web 1.19.2 (`onnxruntime-common` declares it; later versions dropped it). */
export type TrainingSession = {
  readonly trainingInputNames: readonly string[];
  runTrainStep(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
  getContiguousParameters(trainableOnly: boolean): Promise<RuntimeTensor>;
  release(): Promise<void>;
};

/** The artifacts that a session is made from. */
export type Artifacts = Readonly<Record<'checkpointState' | 'trainModel', Uint8Array>>;

/** The runtime's training build. */
export type Runtime = InferenceRuntime & {
  readonly env: { wasm: { numThreads?: number }; logLevel?: string };
  readonly TrainingSession: {
    create(artifacts: Artifacts, options: { logSeverityLevel: number }): Promise<TrainingSession>;
  };
};

const DIST = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
let loading: Promise<Runtime> | undefined;

/**
 * Loads the runtime's training build, once. Its package does not export that build for Node, so it is
 * imported by its file's path; its wasm file lies beside it.
 */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Runtime> {
  const file = pathToFileURL(path.join(DIST, 'ort.training.wasm.mjs'));
  const runtime = (await import(file.href)) as Runtime;
  // one network a process of ours; threads inside the runtime were tried and gained nothing
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}

const PACKAGE = 'onnxruntime-web';
const OPTIONS = { logSeverityLevel: 3, graphOptimizationLevel: 'all' };

/** ONNX Runtime's training back end in WebAssembly. */
export const ortWebTraining: Backend = {
  name: 'ort-web-training',
  dialect: 'ort-training',
  unavailable: () => undefined,
  software: () => ({ [PACKAGE]: findPackageVersion(PACKAGE) }),
  inference: async () => ({ runtime: await loadRuntime(), package: PACKAGE, options: OPTIONS }),
  async create(description, values) {
    const model = writeTrainModel(description);
    const { updates, optimiserStates } = model.step;
    const zeros = optimiserStates.map(({ name, shape }) => ({
      name,
      shape,
      data: new Float32Array(countElements(shape)),
    }));
    const initial = new Map([...values, ...zeros].map((value) => [value.name, value]));
    const variables = updates.map(({ variable }) => initial.get(variable.name) as Parameter);
    const runtime = await loadRuntime();
    const session = await callRuntime(PACKAGE, `building the network (${description.name})`, () =>
      runtime.TrainingSession.create(
        { checkpointState: encodeCheckpoint(variables), trainModel: model.bytes },
        { logSeverityLevel: 3 },
      ),
    );
    return new WebTrainer(runtime, session, description, model);
  },
};

class WebTrainer implements Trainer {
  readonly #session: TrainingSession;
  readonly #description: StepDescription;
  readonly #model: TrainModel;
  readonly #ports: ReadonlyMap<string, TrainModel['inputs'][number]>;
  readonly #tensors: TensorMaker;
  readonly #evaluator: Evaluator;
  #steps = 0;
  /** The values as evaluations see them, until the next step. */
  #values: Parameter[] | undefined;

  constructor(runtime: Runtime, session: TrainingSession, description: StepDescription, model: TrainModel) {
    this.#session = session;
    this.#description = description;
    this.#model = model;
    this.#ports = new Map(model.inputs.map((port) => [port.name, port]));
    this.#tensors = new TensorMaker(runtime, description.name);
    this.#evaluator = new Evaluator({
      runtime,
      package: PACKAGE,
      dialect: 'ort-training',
      options: OPTIONS,
      network: description.network,
      name: description.name,
    });
  }

  async step(feeds: Feeds): Promise<StepResult> {
    const { outputs: names, scalars } = this.#model.step;
    const numbers = Object.entries(scalars(this.#steps)).map(([name, value]) => [
      name,
      Float32Array.of(value),
    ]);
    const all: Feeds = { ...feeds, ...Object.fromEntries(numbers) };
    // the order of feeds matters: the runtime takes them by position
    const tensors = Object.fromEntries(
      this.#session.trainingInputNames.map((name) => [
        name,
        this.#tensors.fed(this.#ports.get(name) ?? { name, type: 'float', shape: [] }, all),
      ]),
    );
    const outputs = await this.#callRuntime('a step', (session) => session.runTrainStep(tensors));
    this.#steps++;
    this.#values = undefined;
    const pick = <T>(values: Readonly<Record<string, { name: string }>>, read: (data: Float32Array) => T) =>
      Object.fromEntries(
        Object.entries(values).map(([key, { name }]) => [key, read(readFloats(outputs, name))]),
      );
    return {
      loss: readFloats(outputs, names.loss.name)[0] as number,
      logits: readFloats(outputs, names.logits.name),
      norms: pick(names.norms, (data) => data[0] as number),
      gradients: pick(names.gradients, (data) => data),
      watched: pick(names.watched, (data) => data[0] as number),
    };
  }

  async evaluateNoisy(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run('noisy', await this.values(), feeds);
  }

  async evaluate(feeds: Feeds, values?: readonly Parameter[]): Promise<Evaluation> {
    return this.#evaluator.run('evaluate', values ?? (await this.values()), feeds);
  }

  async recalibrate(feeds: Feeds, first: boolean): Promise<void> {
    this.#values = await this.#evaluator.recalibrate(await this.values(), feeds, first);
  }

  async values(): Promise<Parameter[]> {
    this.#values ??= await this.#read();
    return this.#values;
  }

  async release(): Promise<void> {
    await this.#evaluator.release();
    await this.#callRuntime('the release', (session) => session.release());
  }

  async #read(): Promise<Parameter[]> {
    const all = await this.#callRuntime('reading the parameters', (session) =>
      session.getContiguousParameters(false),
    );
    const data = all.data as Float32Array;
    const { network } = this.#description;
    let at = 0;
    return [...network.parameters, ...network.states].map(({ name, shape }) => {
      const length = countElements(shape);
      at += length;
      return { name, shape, data: data.slice(at - length, at) };
    });
  }

  #callRuntime<T>(what: string, action: (session: TrainingSession) => Promise<T>): Promise<T> {
    return callRuntime(PACKAGE, `${what} (${this.#description.name})`, () => action(this.#session));
  }
}

function countElements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A train model, what it is fed, and the step that it is written from. */
export type TrainModel = { bytes: Uint8Array; inputs: readonly Port[]; step: StepGraph };

/**
 * Writes the train model of a training session: forward, backward, and the updates, which change the variables where the
 * session keeps them. To the session all variables are frozen parameters, so it asks for no gradient buffers, no
 * optimiser model and no second call a step. The names and orders are the runtime's: see
 * orttraining/orttraining/training_api/module.cc of v1.19.2.
 */
export function writeTrainModel(description: StepDescription): TrainModel {
  const step = writeTrainingStep(description, 'ort-training');
  const { graph, outputs, updates } = step;
  // the loss must be the first output
  for (const value of [outputs.loss, outputs.logits]) graph.output(value);
  for (const values of [outputs.norms, outputs.gradients, outputs.watched])
    for (const value of Object.values(values)) graph.output(value);

  graph.input('lazy_reset_grad', 'bool', [1]);
  const { never, always } = writeLateFlags(graph, step);
  for (const { variable, how, value } of updates) {
    // outputs of this name stay inside the session
    const done = graph.value(`${variable.name}_grad.accumulation.out`, 'bool', [1]);
    graph.node(
      'com.microsoft.InPlaceAccumulatorV2',
      [variable, value, how === 'add' ? never : always],
      [done],
    );
    graph.output(done);
  }
  const model = graph.model();
  return { bytes: encodeModel(model), inputs: model.inputs, step };
}

/**
 * The flags "do not overwrite" and "overwrite". Nothing in a graph says that a variable is read before it is changed, so the
 * flags, on which each change waits, are computed from values that come after all other reading: the gradients that stand at
 * the end of everything that reads a parameter.
 */
function writeLateFlags(graph: Graph, step: StepGraph): { never: Value; always: Value } {
  const last = findLastReaders(graph, step);
  const sums = last.map((value) => {
    const axes = graph.constant(
      'int64',
      [value.shape.length],
      value.shape.map((_, i) => i),
    );
    const sum = graph.compute('ReduceSum', [value, axes], [], 'late', { keepdims: { int: 0 } });
    return graph.compute('Reshape', [sum, graph.constant('int64', [1], [1])], [1], 'late');
  });
  const late = sums.reduce((a, b) => graph.compute('Add', [a, b], [1], 'late'));
  // no number is less than itself, and neither is NaN
  const never = graph.value('never', 'bool', [1]);
  graph.node('Less', [late, late], [never]);
  const always = graph.value('always', 'bool', [1]);
  graph.node('Not', [never], [always]);
  return { never, always };
}

/**
 * A few values, gradients from the last one written first, such that every node that reads a variable comes before one of them.
 * The optimiser's nodes are left out: each reads a variable for that variable's own update only.
 */
function findLastReaders(graph: Graph, { updates, gradients, objective, outputs }: StepGraph): Value[] {
  const { nodes } = graph.model();
  const variables = new Set(updates.map(({ variable }) => variable.name));
  const producers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)));
  const producer = ({ name }: Value) => producers.get(name) ?? -1;
  const end = Math.max(producer(objective), ...gradients.map(producer));
  const open = new Set(
    nodes.flatMap((node, i) => (i <= end && node.inputs.some((name) => variables.has(name)) ? [i] : [])),
  );
  const late = gradients.toSorted((a, b) => producer(b) - producer(a));
  const forward = updates.map(({ value }) => value).filter((value) => producer(value) <= end);
  const seen = new Set<number>();
  const chosen = [...late, objective, ...forward, ...Object.values(outputs.watched)].filter((value) => {
    const before = open.size;
    const stack = [producers.get(value.name)];
    while (stack.length > 0) {
      const at = stack.pop();
      if (at === undefined || seen.has(at)) continue;
      seen.add(at);
      open.delete(at);
      for (const name of nodes[at]?.inputs ?? []) stack.push(producers.get(name));
    }
    return open.size < before;
  });
  const [left] = open;
  if (left !== undefined)
    throw new Error(
      `the node "${nodes[left]?.outputs[0]}" reads a variable, but nothing is computed from it`,
    );
  return chosen;
}
