import { Graph } from '../graph/graph.ts';
import type { Dialect } from '../graph/operator.ts';
import { inputNames } from '../networks/names.ts';
import type { Network } from '../networks/network.ts';
import type { Parameter } from '../onnx/checkpoint.ts';
import { encodeModel } from '../onnx/encode.ts';
import type { Port } from '../onnx/types.ts';
import type { Evaluation, Feeds } from './backend.ts';
import { floats, guarded, type InferenceRuntime, type RuntimeSession, TensorMaker } from './session.ts';

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
  network: Network;
  /** Of the network, for messages. */
  name: string;
};

/** Runs a network forward, with values of its parameters and states that are fed. Each model is built when it is first used. */
export class Evaluator {
  readonly #setup: EvaluatorSetup;
  readonly #tensors: TensorMaker;
  readonly #built = new Map<boolean, Promise<Built>>();

  constructor(setup: EvaluatorSetup) {
    this.#setup = setup;
    this.#tensors = new TensorMaker(setup.runtime, setup.name);
  }

  /**
   * One forward pass.
   *
   * @param noisy whether the noise is on
   * @param values parameters and states
   * @param feeds the batch and the noise
   */
  async run(noisy: boolean, values: readonly Parameter[], feeds: Feeds): Promise<Evaluation> {
    const { built, outputs } = await this.#forward(noisy, values, feeds);
    return { loss: floats(outputs, built.loss)[0] as number, logits: floats(outputs, built.logits) };
  }

  /**
   * A forward pass with the noise on, for the states of the next step.
   *
   * @param from states that are set to a value before, by name
   * @returns the values with their states replaced
   */
  async settle(
    values: readonly Parameter[],
    feeds: Feeds,
    from: Readonly<Record<string, number>> = {},
  ): Promise<Parameter[]> {
    const start = values.map((value) => {
      const at = from[value.name];
      return at === undefined ? value : { ...value, data: new Float32Array(value.data.length).fill(at) };
    });
    const { built, outputs } = await this.#forward(true, start, feeds);
    const states = new Map(built.states);
    return values.map((value) => {
      const output = states.get(value.name);
      return output === undefined ? value : { ...value, data: floats(outputs, output).slice() };
    });
  }

  /** Frees the runtime's memory. */
  async release(): Promise<void> {
    for (const built of this.#built.values()) await (await built).session.release();
    this.#built.clear();
  }

  async #forward(noisy: boolean, values: readonly Parameter[], feeds: Feeds) {
    let building = this.#built.get(noisy);
    if (!building) {
      building = this.#build(noisy);
      this.#built.set(noisy, building);
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
    const outputs = await guarded(this.#setup.package, what, () => built.session.run(tensors));
    return { built, outputs };
  }

  async #build(noisy: boolean): Promise<Built> {
    const { runtime, network, dialect, options, name } = this.#setup;
    const graph = new Graph(noisy ? 'noisy evaluation' : 'evaluation', dialect);
    const { loss, logits, states } = network.forward(graph, noisy);
    for (const value of [loss, logits, ...states.values()]) graph.output(value);
    const model = graph.model();
    const session = await guarded(this.#setup.package, `building an evaluation (${name})`, () =>
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
