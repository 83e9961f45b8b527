import { encodeCheckpoint, type Parameter } from '../../onnx/checkpoint.ts';
import { packageVersion } from '../../package-version.ts';
import type { Backend, Evaluation, Feeds, StepDescription, StepResult, Trainer } from '../backend.ts';
import { Evaluator } from '../evaluator.ts';
import { floats, guarded, TensorMaker } from '../session.ts';
import { loadRuntime, type Runtime, type TrainingSession } from './runtime.ts';
import { type TrainModel, writeTrainModel } from './train-model.ts';

const PACKAGE = 'onnxruntime-web';
const OPTIONS = { logSeverityLevel: 3, graphOptimizationLevel: 'all' };

/**
 * ONNX Runtime's training back end in WebAssembly.
 *
 * @example const trainer = await ortWebTraining.create(step, initialValues(shape, init, source));
 */
export const ortWebTraining: Backend = {
  name: 'ort-web-training',
  dialect: 'ort-training',
  unavailable: () => undefined,
  software: () => ({ [PACKAGE]: packageVersion(PACKAGE) }),
  inference: async () => ({ runtime: await loadRuntime(), package: PACKAGE, options: OPTIONS }),
  async create(description, values) {
    const model = writeTrainModel(description);
    const { updates, optimiserStates } = model.step;
    const zeros = optimiserStates.map(({ name, shape }) => ({
      name,
      shape,
      data: new Float32Array(sizeOf(shape)),
    }));
    const initial = new Map([...values, ...zeros].map((value) => [value.name, value]));
    const variables = updates.map(({ variable }) => initial.get(variable.name) as Parameter);
    const runtime = await loadRuntime();
    const session = await guarded(PACKAGE, `building the network (${description.name})`, () =>
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
        this.#tensors.fed(this.#ports.get(name) ?? { name, type: 'float' }, all),
      ]),
    );
    const outputs = await this.#guarded('a step', (session) => session.runTrainStep(tensors));
    this.#steps++;
    this.#values = undefined;
    const pick = <T>(values: Readonly<Record<string, { name: string }>>, read: (data: Float32Array) => T) =>
      Object.fromEntries(Object.entries(values).map(([key, { name }]) => [key, read(floats(outputs, name))]));
    return {
      loss: floats(outputs, names.loss.name)[0] as number,
      logits: floats(outputs, names.logits.name),
      norms: pick(names.norms, (data) => data[0] as number),
      gradients: pick(names.gradients, (data) => data),
      watched: pick(names.watched, (data) => data[0] as number),
    };
  }

  async noisy(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run(true, await this.values(), feeds);
  }

  async evaluate(feeds: Feeds): Promise<Evaluation> {
    return this.#evaluator.run(false, await this.values(), feeds);
  }

  async settle(feeds: Feeds, from?: Readonly<Record<string, number>>): Promise<void> {
    this.#values = await this.#evaluator.settle(await this.values(), feeds, from);
  }

  async values(): Promise<Parameter[]> {
    this.#values ??= await this.#read();
    return this.#values;
  }

  async release(): Promise<void> {
    await this.#evaluator.release();
    await this.#guarded('the release', (session) => session.release());
  }

  async #read(): Promise<Parameter[]> {
    const all = await this.#guarded('reading the parameters', (session) =>
      session.getContiguousParameters(false),
    );
    const data = all.data as Float32Array;
    const { network } = this.#description;
    let at = 0;
    return [...network.parameters, ...network.states].map(({ name, shape }) => {
      const length = sizeOf(shape);
      at += length;
      return { name, shape, data: data.slice(at - length, at) };
    });
  }

  #guarded<T>(what: string, action: (session: TrainingSession) => Promise<T>): Promise<T> {
    return guarded(PACKAGE, `${what} (${this.#description.name})`, () => action(this.#session));
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
