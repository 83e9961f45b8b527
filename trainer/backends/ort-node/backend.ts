import type { Value } from '../../graph/graph.ts';
import type { Parameter } from '../../onnx/checkpoint.ts';
import { packageVersion } from '../../package-version.ts';
import type { Backend, Evaluation, Feeds, StepDescription, StepResult, Trainer } from '../backend.ts';
import { Evaluator } from '../evaluator.ts';
import {
  guarded,
  type InferenceRuntime,
  type RuntimeSession,
  type RuntimeTensor,
  TensorMaker,
} from '../session.ts';
import { loadRuntime, PACKAGE } from './runtime.ts';
import { type TrainModel, writeTrainModel } from './train-model.ts';

/** One thread a network: several networks are trained at a time, each in a process of its own. */
const OPTIONS = {
  logSeverityLevel: 3,
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
};

/**
 * The training step as a plain graph in ONNX Runtime's native build.
 *
 * @example const trainer = await ortNode.create(step, initialValues(shape, init, source));
 */
export const ortNode: Backend = {
  name: 'ort-node',
  dialect: 'plain',
  unavailable() {
    const runtime = loadRuntime();
    if (!(runtime instanceof Error)) return undefined;
    return `the optional package ${PACKAGE} is not installed ("npm run native" does that) or has no binary for this system (${process.platform} ${process.arch})`;
  },
  software: () => ({ [PACKAGE]: packageVersion(PACKAGE) }),
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
    const session = await guarded(PACKAGE, `building the network (${description.name})`, () =>
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
  #settled: Parameter[] | undefined;

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
      this.#results.set(name, new Float32Array(sizeOf(shape)));
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
    await guarded(PACKAGE, `a step (${this.#description.name})`, () =>
      this.#session.run(this.#now.feeds, this.#next.fetches),
    );
    [this.#now, this.#next] = [this.#next, this.#now];
    this.#steps++;
    this.#settled = undefined;
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

  async noisy(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run(true, this.#values(), feeds);
  }

  async evaluate(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run(false, this.#values(), feeds);
  }

  async settle(feeds: Feeds, from?: Readonly<Record<string, number>>): Promise<void> {
    this.#settled = await this.#evaluator.settle(this.#values(), feeds, from);
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
      this.#settled ??
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
    const data = new Map(variables.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
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

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
