import type { InferenceSession, Tensor } from 'onnxruntime-web';
import type { Parameter } from '../../onnx/checkpoint.ts';
import type { Port } from '../../onnx/types.ts';
import { packageVersion } from '../../package-version.ts';
import type { Backend, Feeds, StepDescription, StepResult, Trainer } from '../backend.ts';
import { type ModelNames, outputNames, writeArtifacts } from './artifacts.ts';
import { loadRuntime, type Runtime, type TrainingSession } from './runtime.ts';

/** The runtime's names of our element types. */
const TENSOR_TYPES = { float: 'float32', int64: 'int64', bool: 'bool' } as const;

/**
 * ONNX Runtime's training back end in WebAssembly.
 *
 * @example const trainer = await ortWebTraining.create(step, initialParameters(shape, variances, source));
 */
export const ortWebTraining: Backend = {
  name: 'ort-web-training',
  software: { 'onnxruntime-web': packageVersion('onnxruntime-web') },
  async create(step, parameters) {
    const { artifacts, training, evaluation, inputs } = writeArtifacts(step, parameters);
    const runtime = await loadRuntime();
    const session = await guarded(`building the network (${step.name})`, () =>
      runtime.TrainingSession.create(artifacts, { logSeverityLevel: 3 }),
    );
    return new OrtTrainer({ runtime, session, step, training, evaluation, inputs });
  },
};

type Built = {
  runtime: Runtime;
  session: TrainingSession;
  step: StepDescription;
  training: ModelNames;
  evaluation: ModelNames;
  inputs: readonly Port[];
};

class OrtTrainer implements Trainer {
  readonly #built: Built;
  readonly #ports: ReadonlyMap<string, Port>;

  constructor(built: Built) {
    this.#built = built;
    this.#ports = new Map(built.inputs.map((port) => [port.name, port]));
  }

  async step(feeds: Feeds): Promise<StepResult> {
    const result = await this.#train(feeds);
    await this.#guarded('the update', (session) => session.runOptimizerStep());
    await this.#guarded('the reset of gradients', (session) => session.lazyResetGrad());
    return result;
  }

  async noisy(feeds: Feeds): Promise<StepResult> {
    const result = await this.#train(feeds);
    await this.#guarded('the reset of gradients', (session) => session.lazyResetGrad());
    return result;
  }

  async evaluate(feeds: Feeds): Promise<{ loss: number; logits: Float32Array }> {
    const { session, evaluation } = this.#built;
    const tensors = this.#tensors(session.evalInputNames, feeds);
    const outputs = await this.#guarded('an evaluation', () => session.runEvalStep(tensors));
    return {
      loss: floats(outputs, evaluation.loss)[0] as number,
      logits: floats(outputs, evaluation.logits),
    };
  }

  async parameters(): Promise<Parameter[]> {
    const all = await this.#guarded('reading the parameters', (session) =>
      session.getContiguousParameters(true),
    );
    const data = all.data as Float32Array;
    let at = 0;
    return this.#built.step.network.parameters.map(({ name, shape }) => {
      const length = shape.reduce((product, dimension) => product * dimension, 1);
      at += length;
      return { name, shape, data: data.slice(at - length, at) };
    });
  }

  async release(): Promise<void> {
    await this.#guarded('the release', (session) => session.release());
  }

  async #train(feeds: Feeds): Promise<StepResult> {
    const { session, step, training } = this.#built;
    const tensors = this.#tensors(session.trainingInputNames, feeds);
    const outputs = await this.#guarded('a step', () => session.runTrainStep(tensors));
    const pick = <T>(names: readonly string[], value: (name: string) => T) =>
      Object.fromEntries(names.map((name) => [name, value(name)]));
    return {
      loss: floats(outputs, training.loss)[0] as number,
      logits: floats(outputs, training.logits),
      norms: pick(step.norms, (name) => floats(outputs, outputNames.norm(name))[0] as number),
      gradients: pick(step.gradients ?? [], (name) => floats(outputs, outputNames.gradient(name))),
    };
  }

  /** The feeds as tensors. Their order matters: the runtime takes them by position. */
  #tensors(names: readonly string[], feeds: Feeds): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const name of names) {
      const data = feeds[name];
      const port = this.#ports.get(name);
      if (!data || !port?.shape)
        throw new Error(`the network (${this.#built.step.name}) is not fed "${name}"`);
      tensors[name] = new this.#built.runtime.Tensor(TENSOR_TYPES[port.type], data as never, port.shape);
    }
    return tensors;
  }

  #guarded<T>(what: string, action: (session: TrainingSession) => Promise<T>): Promise<T> {
    return guarded(`${what} (${this.#built.step.name})`, () => action(this.#built.session));
  }
}

/** Runs a call into the runtime. Its C++ exceptions arrive here as thrown numbers; they leave as errors that say what failed. */
async function guarded<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    const why =
      typeof thrown === 'number'
        ? `it threw the C++ exception at ${thrown}, which it does when it refuses a model or has no memory left`
        : String(thrown instanceof Error ? thrown.message : thrown);
    throw new Error(`onnxruntime-web failed in ${what}: ${why}`, { cause: thrown });
  }
}

function floats(outputs: InferenceSession.ReturnType, name: string): Float32Array {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`onnxruntime-web did not give the output "${name}"`);
  return tensor.data as Float32Array;
}
