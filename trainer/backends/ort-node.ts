import { createRequire } from 'node:module';
import type { Value } from '../graph/graph.ts';
import { encodeModel, type Model, type Node, type Parameter, type Port } from '../onnx.ts';
import { findPackageVersion } from '../package-version.ts';
import type { Backend, Evaluation, Feeds, StepDescription, StepResult, Trainer } from './backend.ts';
import {
  callRuntime,
  Evaluator,
  type InferenceRuntime,
  type RuntimeSession,
  type RuntimeTensor,
  TensorMaker,
} from './evaluator.ts';
import { type StepGraph, writeTrainingStep } from './training-step.ts';

/** The package, which is an optional dependency: not every platform has its binaries. */
export const PACKAGE = 'onnxruntime-node';

let loaded: InferenceRuntime | Error | undefined;

/** ONNX Runtime's native build, loaded once; or why it cannot be loaded here. */
export function loadRuntime(): InferenceRuntime | Error {
  loaded ??= load();
  return loaded;
}

function load(): InferenceRuntime | Error {
  try {
    return createRequire(new URL('../native/package.json', import.meta.url))(PACKAGE) as InferenceRuntime;
  } catch (error) {
    // not installed, or without a binary that this system can load
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** One thread a network: several networks are trained at a time, each in a process of its own. */
const OPTIONS = {
  logSeverityLevel: 3,
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
};

/** The training step as a plain graph in ONNX Runtime's native build. */
export const ortNode: Backend = {
  name: 'ort-node',
  dialect: 'plain',
  unavailable() {
    const runtime = loadRuntime();
    if (!(runtime instanceof Error)) return undefined;
    return `the optional package ${PACKAGE} is not installed ("npm run native" does that) or has no binary for this system (${process.platform} ${process.arch})`;
  },
  software: () => ({ [PACKAGE]: findPackageVersion(PACKAGE) }),
  async inference() {
    const runtime = loadRuntime();
    if (runtime instanceof Error)
      throw new Error(`${PACKAGE} cannot be loaded: ${runtime.message}`, { cause: runtime });
    return { runtime, package: PACKAGE, options: OPTIONS };
  },
  async create(description, values) {
    const runtime = loadRuntime();
    if (runtime instanceof Error)
      throw new Error(`${PACKAGE} cannot be loaded: ${runtime.message}`, { cause: runtime });
    const model = writeTrainModel(description);
    const session = await callRuntime(PACKAGE, `building the network (${description.name})`, () =>
      runtime.InferenceSession.create(model.bytes, OPTIONS),
    );
    return new NodeTrainer(runtime, session, description, model, values);
  },
};

/** The variables at one step, as the session reads or writes them. */
type Side = {
  data: ReadonlyMap<string, Float32Array>;
  feeds: Record<string, RuntimeTensor>;
  fetches: Record<string, RuntimeTensor>;
};

class NodeTrainer implements Trainer {
  readonly #session: RuntimeSession;
  readonly #description: StepDescription;
  readonly #model: TrainModel;
  readonly #tensors: TensorMaker;
  readonly #evaluator: Evaluator;
  readonly #fed: TrainModel['inputs'];
  readonly #results = new Map<string, Float32Array>();
  readonly #numbers: Readonly<Record<string, Float32Array>>;
  /** What the next step reads, and what it writes; then they change places. */
  #now: Side;
  #next: Side;
  #steps = 0;
  /** The values as evaluations see them, where those are not the variables themselves. */
  #recalibrated: Parameter[] | undefined;

  constructor(
    runtime: InferenceRuntime,
    session: RuntimeSession,
    description: StepDescription,
    model: TrainModel,
    values: readonly Parameter[],
  ) {
    this.#session = session;
    this.#description = description;
    this.#model = model;
    this.#tensors = new TensorMaker(runtime, description.name);
    const { outputs, scalars } = model.step;
    const own = new Set(model.variables.map(({ name }) => name));
    this.#fed = model.inputs.filter(({ name }) => !own.has(name));
    this.#numbers = Object.fromEntries(Object.keys(scalars(0)).map((name) => [name, new Float32Array(1)]));
    const fetches = [outputs.norms, outputs.gradients, outputs.watched].flatMap((of) => Object.values(of));
    for (const { name, shape } of [outputs.loss, outputs.logits, ...fetches])
      this.#results.set(name, new Float32Array(countElements(shape)));
    this.#now = this.#side();
    this.#next = this.#side();
    for (const { name, data } of values) this.#now.data.get(name)?.set(data);
    this.#evaluator = new Evaluator({
      runtime,
      package: PACKAGE,
      dialect: 'plain',
      options: OPTIONS,
      network: description.network,
      name: description.name,
    });
  }

  async step(feeds: Feeds): Promise<StepResult> {
    const { outputs, scalars } = this.#model.step;
    for (const [name, value] of Object.entries(scalars(this.#steps)))
      (this.#numbers[name] as Float32Array)[0] = value;
    const all = { ...feeds, ...this.#numbers };
    for (const port of this.#fed) this.#now.feeds[port.name] = this.#tensors.fed(port, all);
    await callRuntime(PACKAGE, `a step (${this.#description.name})`, () =>
      this.#session.run(this.#now.feeds, this.#next.fetches),
    );
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#steps++;
    this.#recalibrated = undefined;
    const result = ({ name }: Value) => this.#results.get(name) as Float32Array;
    const pick = <T>(values: Readonly<Record<string, Value>>, read: (data: Float32Array) => T) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, read(result(value))]));
    return {
      loss: result(outputs.loss)[0] as number,
      logits: result(outputs.logits),
      norms: pick(outputs.norms, (data) => data[0] as number),
      gradients: pick(outputs.gradients, (data) => data),
      watched: pick(outputs.watched, (data) => data[0] as number),
    };
  }

  async evaluateNoisy(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run('noisy', this.#values(), feeds);
  }

  async evaluate(feeds: Feeds, values?: readonly Parameter[]): Promise<Evaluation> {
    return this.#evaluator.run('evaluate', values ?? this.#values(), feeds);
  }

  async recalibrate(feeds: Feeds, first: boolean): Promise<void> {
    this.#recalibrated = await this.#evaluator.recalibrate(this.#values(), feeds, first);
  }

  async values(): Promise<Parameter[]> {
    return this.#values().map((value) => ({ ...value, data: value.data.slice() }));
  }

  async release(): Promise<void> {
    await this.#evaluator.release();
    await this.#session.release();
  }

  #values(): Parameter[] {
    const { parameters, states } = this.#description.network;
    return (
      this.#recalibrated ??
      [...parameters, ...states].map(({ name, shape }) => ({
        name,
        shape,
        data: this.#now.data.get(name) as Float32Array,
      }))
    );
  }

  /** Memory for all variables, which start at 0, with its tensors. The results have the same memory on both sides. */
  #side(): Side {
    const { variables } = this.#model;
    const data = new Map(variables.map(({ name, shape }) => [name, new Float32Array(countElements(shape))]));
    const tensor = (name: string, shape: readonly number[]) =>
      this.#tensors.over(data.get(name) as Float32Array, shape);
    const results = [...this.#results].map(([name, values]) => [name, values] as const);
    return {
      data,
      feeds: Object.fromEntries(variables.map(({ name, shape }) => [name, tensor(name, shape)])),
      fetches: Object.fromEntries([
        ...variables.map(({ name, shape, next }) => [next, tensor(name, shape)]),
        ...results.map(([name, values]) => [name, this.#tensors.over(values, this.#shapeOf(name))]),
      ]),
    };
  }

  #shapeOf(result: string): readonly number[] {
    const { loss, logits, norms, gradients, watched } = this.#model.step.outputs;
    const all = [loss, logits, ...[norms, gradients, watched].flatMap((of) => Object.values(of))];
    return all.find(({ name }) => name === result)?.shape ?? [];
  }
}

function countElements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A variable of a training step, with the output that has its next value. */
export type Variable = { readonly name: string; readonly shape: readonly number[]; readonly next: string };

/** A train model, what it is fed, and what it gives. */
export type TrainModel = {
  bytes: Uint8Array;
  inputs: readonly Port[];
  step: StepGraph;
  variables: readonly Variable[];
};

/** Writes the train model of a plain session: variables are inputs, and their next values are outputs. */
export function writeTrainModel(description: StepDescription): TrainModel {
  const step = writeTrainingStep(description, 'plain');
  const { graph, outputs, updates } = step;
  for (const value of [outputs.loss, outputs.logits]) graph.output(value);
  for (const values of [outputs.norms, outputs.gradients, outputs.watched])
    for (const value of Object.values(values)) graph.output(value);
  const variables = updates.map(({ variable, how, value }): Variable => {
    const { name, shape } = variable;
    const inputs = how === 'add' ? [variable, value] : [value];
    const next = graph.compute(how === 'add' ? 'Add' : 'Identity', inputs, shape, `next ${name}`);
    graph.output(next);
    return { name, shape, next: next.name };
  });
  const model = fuseUpdates(graph.model());
  return { bytes: encodeModel(model), inputs: model.inputs, step, variables };
}

/**
 * Lets the matrix product of a weight gradient write the new weights: W + η (xᵀ dz) becomes xᵀ (η dz) + W, one node that starts
 * its sums from W instead of three that go over all weights. It is done where the gradient is needed for nothing else, which
 * is so for gradient descent without weight decay.
 */
export function fuseUpdates(model: Model): Model {
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const uses = new Map<string, number>();
  for (const name of [
    ...model.nodes.flatMap(({ inputs }) => inputs),
    ...model.outputs.map(({ name }) => name),
  ])
    uses.set(name, (uses.get(name) ?? 0) + 1);
  const scalars = new Set(model.inputs.flatMap(({ name, shape }) => (shape.length === 0 ? [name] : [])));
  const gone = new Set<Node>();
  /** The node that makes a value which one other node uses, if it is of this kind. */
  const findSole = (name: string | undefined, operator: string): Node | undefined => {
    const node = name === undefined ? undefined : producers.get(name);
    return node?.operator === operator && uses.get(name as string) === 1 ? node : undefined;
  };

  const nodes = model.nodes.flatMap((node): Node[] => {
    if (node.operator !== 'Add') return [node];
    const [weights, change] = node.inputs as [string, string];
    const scaling = findSole(change, 'Mul');
    const [gradient, rate] = (scaling?.inputs ?? []) as [string?, string?];
    const product = findSole(gradient, 'Gemm');
    if (!scaling || !product || product.inputs.length !== 2 || !scalars.has(rate as string)) return [node];
    const [x, dz] = product.inputs as [string, string];
    gone.add(scaling).add(product);
    const scaled = `scaled ${gradient}`;
    return [
      { ...scaling, inputs: [dz, rate as string], outputs: [scaled] },
      { ...product, inputs: [x, scaled, weights], outputs: node.outputs },
    ];
  });
  return { ...model, nodes: nodes.filter((node) => !gone.has(node)) };
}
