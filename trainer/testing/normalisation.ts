// Batch normalisation in float64, written without anything of the graph builder.

/** Of each unit. */
export type Statistics = { mean: number[]; variance: number[] };

/** Mean and variance over the batch of each unit; unbiased where asked for. */
export function computeBatchStatistics(x: readonly (readonly number[])[], unbiased = false): Statistics {
  const column = (i: number) => x.map((row) => row[i] as number);
  const mean = (x[0] ?? []).map((_, i) => column(i).reduce((sum, one) => sum + one, 0) / x.length);
  const variance = mean.map(
    (centre, i) =>
      column(i).reduce((sum, one) => sum + (one - centre) ** 2, 0) / (x.length - (unbiased ? 1 : 0)),
  );
  return { mean, variance };
}

/** Normalised by statistics, then scaled and shifted. */
export const normalised = (
  x: readonly (readonly number[])[],
  { mean, variance }: Statistics,
  gamma: ArrayLike<number> = [],
  beta: ArrayLike<number> = [],
) =>
  x.map((row) =>
    row.map(
      (one, i) =>
        ((one - (mean[i] as number)) / Math.sqrt((variance[i] as number) + 1e-5)) * (gamma[i] ?? 1) +
        (beta[i] ?? 0),
    ),
  );

/** Row-major numbers as rows. */
export const rowsOf = (data: Float32Array, units: number) =>
  Array.from({ length: data.length / units }, (_, b) => [...data.subarray(b * units, (b + 1) * units)]);
