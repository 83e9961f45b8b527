import type { Port } from '../onnx/types.ts';
import type { Feeds } from './backend.ts';

// What the two runtimes, onnxruntime-web and onnxruntime-node, have in common: their JavaScript interface.

/** A tensor of the runtime. */
export type RuntimeTensor = { readonly data: unknown; readonly dims: readonly number[] };

/** A session of the runtime. */
export type RuntimeSession = {
  run(
    feeds: Record<string, RuntimeTensor>,
    fetches?: Record<string, RuntimeTensor>,
  ): Promise<Record<string, RuntimeTensor>>;
  release(): Promise<void>;
};

/** A runtime. */
export type InferenceRuntime = {
  readonly Tensor: new (type: string, data: never, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<RuntimeSession>;
  };
};

/** The runtimes' names of our element types. */
const TENSOR_TYPES = { float: 'float32', int64: 'int64', bool: 'bool' } as const;

/** Makes tensors of what is fed. An array that is fed again, as those of batches and noise are, keeps its tensor. */
export class TensorMaker {
  readonly #runtime: Pick<InferenceRuntime, 'Tensor'>;
  readonly #name: string;
  readonly #known = new WeakMap<object, RuntimeTensor>();

  /** @param name of the network, for messages */
  constructor(runtime: Pick<InferenceRuntime, 'Tensor'>, name: string) {
    this.#runtime = runtime;
    this.#name = name;
  }

  /** The tensor of an input. @throws Error when the feeds lack it */
  fed({ name, type, shape = [] }: Port, feeds: Feeds): RuntimeTensor {
    const data = feeds[name];
    if (!data) throw new Error(`the network (${this.#name}) is not fed "${name}"`);
    const known = this.#known.get(data);
    if (known) return known;
    const tensor = new this.#runtime.Tensor(TENSOR_TYPES[type], data as never, shape);
    this.#known.set(data, tensor);
    return tensor;
  }

  /** A float tensor over an array. */
  over(data: Float32Array, shape: readonly number[]): RuntimeTensor {
    return new this.#runtime.Tensor('float32', data as never, shape);
  }
}

/** Runs a call into a runtime. C++ exceptions of wasm arrive as thrown numbers; they leave as errors that say what failed. */
export async function guarded<T>(runtime: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    const why =
      typeof thrown === 'number'
        ? `it threw the C++ exception at ${thrown}, which it does when it refuses a model or has no memory left`
        : String(thrown instanceof Error ? thrown.message : thrown);
    throw new Error(`${runtime} failed in ${what}: ${why}`, { cause: thrown });
  }
}

/**
 * The numbers of an output.
 *
 * @throws Error when the runtime did not give it
 * @example floats(outputs, 'loss')[0]
 */
export function floats(outputs: Readonly<Record<string, RuntimeTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`the runtime did not give the output "${name}"`);
  return tensor.data as Float32Array;
}
