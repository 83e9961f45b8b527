import type { Network } from '../networks/network.ts';
import type { Parameter } from '../onnx/checkpoint.ts';
import type { Optimiser, OptimiserOptions } from '../optimisers/optimiser.ts';

/** What a network is fed, by input name; each array is row-major and of the input's shape. */
export type Feeds = Readonly<Record<string, Float32Array | BigInt64Array | Uint8Array>>;

/** What a back end builds: a network's training step. */
export type StepDescription = {
  /** What is built, for messages: "depth 20, sigma_w2 1.5, seed 1". */
  name: string;
  network: Network;
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
  /** Row-major [batch, classes], noise on. */
  logits: Float32Array;
  /** L2 norm of the gradient by parameter name. */
  norms: Readonly<Record<string, number>>;
  /** Gradients asked for in {@link StepDescription}, by parameter name. */
  gradients: Readonly<Record<string, Float32Array>>;
};

/** A network that can be trained. */
export interface Trainer {
  /** One step: forward, backward and the update of the parameters. Throws when the runtime does. */
  step(feeds: Feeds): Promise<StepResult>;
  /** The same without the update: what the network gives with the noise on. */
  noisy(feeds: Feeds): Promise<StepResult>;
  /** Forward with the noise off. */
  evaluate(feeds: Feeds): Promise<{ loss: number; logits: Float32Array }>;
  /** The parameters as they are now, in the network's order. */
  parameters(): Promise<Parameter[]>;
  /** Frees the runtime's memory; the trainer cannot be used after it. */
  release(): Promise<void>;
}

/** A runtime that trains networks. */
export type Backend = {
  readonly name: string;
  /** Package and version of what computes, for the grid. */
  readonly software: Readonly<Record<string, string>>;
  /**
   * Builds a step.
   *
   * @param step what to build
   * @param parameters the initial values, in the network's order
   * @throws Error that says what was being built when the runtime refuses it
   */
  create(step: StepDescription, parameters: readonly Parameter[]): Promise<Trainer>;
};
