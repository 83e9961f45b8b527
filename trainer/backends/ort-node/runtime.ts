import { createRequire } from 'node:module';
import type { InferenceRuntime } from '../session.ts';

/** The package, which `npm run native` installs into trainer/native. Not every platform has its binaries. */
export const PACKAGE = 'onnxruntime-node';

let loaded: InferenceRuntime | Error | undefined;

/**
 * ONNX Runtime's native build, loaded once; or why it cannot be loaded here.
 *
 * @example const runtime = loadRuntime(); if (runtime instanceof Error) console.error(runtime.message);
 */
export function loadRuntime(): InferenceRuntime | Error {
  loaded ??= load();
  return loaded;
}

function load(): InferenceRuntime | Error {
  try {
    return createRequire(new URL('../../native/package.json', import.meta.url))(PACKAGE) as InferenceRuntime;
  } catch (error) {
    // not installed, or without a binary that this system can load
    return error instanceof Error ? error : new Error(String(error));
  }
}
