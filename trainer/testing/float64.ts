import type { Parameter } from '../onnx.ts';

// A network in float64, written without anything of the graph builder: what gradients are checked against.

/** Row-major [rows, columns]. */
export type Matrix = number[][];

/** A vector of numbers as rows of the given length. */
export function matrix(data: ArrayLike<number>, columns: number): Matrix {
  return Array.from({ length: data.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => data[i * columns + j] as number),
  );
}

/** x W + b. */
export function affine(x: Matrix, weights: Matrix, biases: ArrayLike<number>): Matrix {
  return x.map((row) =>
    Array.from(biases, (b, j) => row.reduce((sum, value, i) => sum + value * (weights[i]?.[j] as number), b)),
  );
}

/** Mean over the rows of −ln softmax(logits)[label]. */
export function crossEntropyLoss(logits: Matrix, labels: readonly number[]): number {
  const losses = logits.map((row, i) => {
    const top = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
    return top + Math.log(sum) - (row[labels[i] as number] as number);
  });
  return losses.reduce((sum, one) => sum + one, 0) / losses.length;
}

/**
 * Central differences of a function of parameters, with respect to each of their elements.
 *
 * @param parameters the point
 * @param f the function, of parameters in float64 by name
 * @returns the gradient by name
 */
export function finiteDifferences(
  parameters: readonly Parameter[],
  f: (values: Record<string, Float64Array>) => number,
): Record<string, Float64Array> {
  const values = Object.fromEntries(parameters.map(({ name, data }) => [name, Float64Array.from(data)]));
  const step = 1e-5;
  return Object.fromEntries(
    Object.entries(values).map(([name, data]) => [
      name,
      Float64Array.from(data, (at, i) => {
        data[i] = at + step;
        const above = f(values);
        data[i] = at - step;
        const below = f(values);
        data[i] = at;
        return (above - below) / (2 * step);
      }),
    ]),
  );
}

/** The largest difference of two vectors, relative to the largest element of the second. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const differences = Array.from(found, (value, i) => Math.abs(value - (expected[i] as number)));
  return Math.max(...differences) / Math.max(...Array.from(expected, Math.abs));
}
