import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web';

/** A training session of onnxruntime-web 1.19.2 (`onnxruntime-common` declares it; later versions dropped it). */
export type TrainingSession = {
  readonly trainingInputNames: readonly string[];
  readonly evalInputNames: readonly string[];
  runTrainStep(feeds: Record<string, Tensor>): Promise<InferenceSession.ReturnType>;
  runEvalStep(feeds: Record<string, Tensor>): Promise<InferenceSession.ReturnType>;
  runOptimizerStep(): Promise<void>;
  lazyResetGrad(): Promise<void>;
  getContiguousParameters(trainableOnly: boolean): Promise<Tensor>;
  release(): Promise<void>;
};

/** The four artifacts that a session is made from. */
export type Artifacts = Readonly<
  Record<'checkpointState' | 'trainModel' | 'evalModel' | 'optimizerModel', Uint8Array>
>;

/** The runtime's training build. */
export type Runtime = {
  readonly env: { wasm: { numThreads?: number }; logLevel?: string };
  readonly Tensor: TensorConstructor;
  readonly TrainingSession: {
    create(artifacts: Artifacts, options: { logSeverityLevel: number }): Promise<TrainingSession>;
  };
};

const DIST = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
let loading: Promise<Runtime> | undefined;

/**
 * Loads the runtime's training build, once a thread. Its package does not export that build for Node, so it is
 * imported by its file's path; its wasm file lies beside it.
 *
 * @throws when the package is not installed or not a version with the training build
 * @example const { TrainingSession } = await loadRuntime();
 */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Runtime> {
  const file = pathToFileURL(path.join(DIST, 'ort.training.wasm.mjs'));
  const runtime = (await import(file.href)) as Runtime;
  // one network a thread of ours; threads inside the runtime were tried and gained nothing
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}
