import { gaussians } from '../random/gaussian.ts';
import type { Stream } from '../random/stream.ts';

/**
 * A random matrix whose shorter side's vectors are orthonormal, each orientation equally likely: the Q of the QR
 * decomposition of a gaussian matrix, by Householder reflections, with the signs of R's diagonal taken into it.
 *
 * @param source the stream to draw from
 * @param rows rows of the matrix
 * @param columns columns of the matrix
 * @returns row-major [rows, columns], in float64
 * @see Mezzadri 2007, "How to generate random matrices from the classical compact groups" (the signs); Saxe et al. 2014,
 * "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (as initial weights)
 * @example orthogonalMatrix(stream(1, 'W2'), 100, 100)
 */
export function orthogonalMatrix(source: Stream, rows: number, columns: number): Float64Array {
  const tall = Math.max(rows, columns);
  const short = Math.min(rows, columns);
  // one array a column of the tall form
  const drawn = gaussians(source, tall * short, 1);
  const a = Array.from({ length: short }, (_, j) =>
    Float64Array.from(drawn.subarray(j * tall, (j + 1) * tall)),
  );
  const signs = a.map((column, k) => reflect(a, column, k));
  const q = Array.from({ length: short }, (_, j) => {
    const e = new Float64Array(tall);
    e[j] = signs[j] as number;
    for (let k = short - 1; k >= 0; k--) mirror(e, a[k] as Float64Array, k);
    return e;
  });
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      matrix[i * columns + j] = (rows >= columns ? q[j]?.[i] : q[i]?.[j]) as number;
  return matrix;
}

/** Replaces column k by the unit vector of the reflection that clears it below k, applies it to the columns after it, and gives the sign of R's diagonal. */
function reflect(a: readonly Float64Array[], column: Float64Array, k: number): number {
  const norm = Math.hypot(...column.subarray(k));
  const head = column[k] as number;
  const sign = head < 0 ? 1 : -1;
  column[k] = head - sign * norm;
  column.fill(0, 0, k);
  const length = Math.hypot(...column);
  for (let i = k; i < column.length; i++) column[i] = (column[i] as number) / length;
  for (let j = k + 1; j < a.length; j++) mirror(a[j] as Float64Array, column, k);
  return sign;
}

/** x − 2 v (v · x) for a unit vector v that is 0 before `from`. */
function mirror(x: Float64Array, v: Float64Array, from: number): void {
  let dot = 0;
  for (let i = from; i < x.length; i++) dot += (v[i] as number) * (x[i] as number);
  for (let i = from; i < x.length; i++) x[i] = (x[i] as number) - 2 * dot * (v[i] as number);
}
