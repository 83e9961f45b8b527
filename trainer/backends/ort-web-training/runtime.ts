import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InferenceRuntime, RuntimeTensor } from '../session.ts';

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
  // one network a process of ours; threads inside the runtime were tried and gained nothing
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}
