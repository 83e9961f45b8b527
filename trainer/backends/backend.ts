import type { Dialect } from '../graph/graph.ts';
import type { Model } from '../networks/model.ts';
import type { Parameter } from '../onnx.ts';
import type { Optimiser, OptimiserOptions } from '../optimisers.ts';
import type { InferenceRuntime } from './evaluator.ts';

/** What a network is fed, by input name; each array is row-major and of the input's shape. */
export type Feeds = Readonly<Record<string, Float32Array | BigInt64Array | Uint8Array>>;

/** What a back end builds: a network's training step. */
export type StepDescription = {
  /** What is built, for messages: "depth 20, sigma_w2 1.5, seed 1". */
  name: string;
  network: Model;
  optimiser: Optimiser;
  options: OptimiserOptions;
  /** Parameters whose gradient's L2 norm each step reports. */
  norms: readonly string[];
  /** Parameters whose gradient each step reports in full: for checks, not for long runs. */
  gradients?: readonly string[];
};

/** What a training step gives. A number that is not finite is given as it is. */
export type StepResult = {
  /** Mean over the batch, noise on, in nats. */
  loss: number;
  /** Row-major [batch, classes], noise on. The array may be used again by the next step. */
  logits: Float32Array;
  /** L2 norm of the gradient by parameter name. */
  norms: Readonly<Record<string, number>>;
  /** Gradients asked for in {@link StepDescription}, by parameter name. */
  gradients: Readonly<Record<string, Float32Array>>;
  /** The scalars that the technique watches, by name. */
  watched: Readonly<Record<string, number>>;
};

/** What a forward pass gives: the mean loss, and the logits, row-major [batch, classes]. */
export type Evaluation = { loss: number; logits: Float32Array };

/** A network that can be trained. */
export interface Trainer {
  /** One step: forward, backward and the update of the parameters. Throws when the runtime does. */
  step(feeds: Feeds): Promise<StepResult>;
  /** Forward with the noise on, batch norms by their running statistics; nothing is moved. */
  evaluateNoisy(feeds: Feeds): Promise<Evaluation>;
  /** Forward with the noise off; with other values of the parameters and states where they are given, in the network's order. */
  evaluate(feeds: Feeds, values?: readonly Parameter[]): Promise<Evaluation>;
  /**
   * Forward with the noise off, taking the batch into the running statistics of batch norms, where all batches count as much; the first one
   * starts them anew. Evaluations that follow see them; a further step of training goes on from its own.
   */
  recalibrate(feeds: Feeds, first: boolean): Promise<void>;
  /** The parameters and states as they are now, in the network's order. */
  values(): Promise<Parameter[]>;
  /** Frees the runtime's memory; the trainer cannot be used after it. */
  release(): Promise<void>;
}

/** What sessions are made with. */
export type Inference = {
  readonly runtime: InferenceRuntime;
  /** The runtime's package, for messages. */
  readonly package: string;
  readonly options: Readonly<Record<string, unknown>>;
};

/** A runtime that trains networks. */
export type Backend = {
  readonly name: string;
  /** Which operators its graphs are written in. */
  readonly dialect: Dialect;
  /** Why it cannot be used on this machine; undefined where it can. */
  unavailable(): string | undefined;
  /** The runtime's sessions, for any model in its dialect. */
  inference(): Promise<Inference>;
  /** Package and version of what computes, for the grid. */
  software(): Readonly<Record<string, string>>;
  /** Builds a step. */
  create(step: StepDescription, values: readonly Parameter[]): Promise<Trainer>;
};
