/** Mean-field coordinates of a data set behind the first weights. */
export type FirstLayer = {
  /** mean square of the pre-activations, over images and units; null where it is not finite */
  readonly q0: number | null;
  /** mean correlation over the pairs of images; null where it does not exist */
  readonly c0: number | null;
};

/**
 * Variance and correlation of a data set's pre-activations behind the first layer: q0 and c0, where the theory's
 * trajectories start. The weights are those of one network, so q0 and c0 are, too.
 *
 * @param images row-major [count, inputs]
 * @param weights row-major [inputs, units]
 * @param biases [units]
 * @returns q0 as the mean of q_aa, c0 as the mean of q_ab / √(q_aa q_bb) over the pairs a ≠ b
 * @see Schoenholz et al. 2017, "Deep information propagation" (q_aa, q_ab, c)
 * @example firstLayer(read((i) => i).images, W1, b1).q0
 */
export function firstLayer(images: Float32Array, weights: Float32Array, biases: Float32Array): FirstLayer {
  const units = biases.length;
  const inputs = weights.length / units;
  const count = images.length / inputs;
  const z = Array.from({ length: count }, (_, a) => {
    const row = Float64Array.from(biases);
    for (let i = 0; i < inputs; i++) {
      const x = images[a * inputs + i] as number;
      const from = i * units;
      for (let j = 0; j < units; j++) row[j] = (row[j] as number) + x * (weights[from + j] as number);
    }
    return row;
  });
  const product = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < units; j++) sum += (a[j] as number) * (b[j] as number);
    return sum / units;
  };
  const own = z.map((row) => product(row, row));
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) {
      const scale = Math.sqrt((own[a] as number) * (own[b] as number));
      sum += product(z[a] as Float64Array, z[b] as Float64Array) / scale;
      pairs++;
    }
  const correlation = sum / pairs;
  return {
    q0: finite(own.reduce((total, one) => total + one, 0) / count),
    // rounding can take it a little beyond 1
    c0: finite(Math.min(1, Math.max(-1, correlation))),
  };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
