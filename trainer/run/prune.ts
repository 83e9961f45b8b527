import type { Parameter } from '../onnx.ts';

/** Weight matrices are the parameters of this name; biases, gains and what a technique learns are not pruned. */
const WEIGHTS = /^W\d+$/;

/**
 * Sets the smallest weights of each weight matrix to 0: pruning by magnitude, the same share of every matrix.
 *
 * @param values parameters and states of a network
 * @param share of a matrix, in (0, 1); the number of weights is rounded down
 * @returns copies of the weight matrices, and the other values as they are
 * @see Han et al. 2015, "Learning both weights and connections for efficient neural networks"
 * @example pruneWeights([{ name: 'W1', shape: [2, 2], data: Float32Array.of(1, -3, 2, 4) }], 0.5)[0].data[1] // -3
 */
export function pruneWeights(values: readonly Parameter[], share: number): Parameter[] {
  return values.map((value) =>
    WEIGHTS.test(value.name) ? { ...value, data: prune(value.data, share) } : value,
  );
}

function prune(weights: Float32Array, share: number): Float32Array {
  const pruned = weights.slice();
  const order = Uint32Array.from(weights.keys()).sort(
    (a, b) => Math.abs(weights[a] as number) - Math.abs(weights[b] as number) || a - b,
  );
  for (const i of order.subarray(0, Math.floor(share * weights.length))) pruned[i] = 0;
  return pruned;
}
