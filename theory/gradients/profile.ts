import type { Activation } from '../activation.ts';
import { checkCorrelation, ParameterError } from '../parameter-error.ts';
import { noisyAverages, sharedSquare, twoInputs } from '../trajectory/averages.ts';
import type { Layer } from '../trajectory/layer.ts';
import { type Start, type TrajectoryRow, trajectory } from '../trajectory/trajectory.ts';

/** Mean-field gradients at one layer of pre-activations, in units of E[δ²] of a unit at the last layer. */
export type GradientRow = {
  /** 0 is the first layer of pre-activations */
  readonly layer: number;
  /** E[δ_a²] of a unit; null out of the range of double precision */
  readonly single: number | null;
  /** E[δ_a δ_b] of a unit */
  readonly pair: number | null;
  /** mean of (dE_a/dW)² over the entries of the weights from this layer to the next; null in the last row */
  readonly weight_single: number | null;
  /** mean of (dE_a/dW)(dE_b/dW) over them */
  readonly weight_pair: number | null;
};

/** Widths and read-out. */
export type ProfileOptions = {
  /** units of each layer, layers.length + 1 numbers; equal by default */
  readonly widths?: readonly number[];
  /** E[δ_a δ_b] / E[δ²] at the last layer; 1 by default, a read-out that both inputs share */
  readonly cosine?: number;
};

/**
 * The gradients of one input and of a pair along the layers, backward weights taken as independent of the forward pass
 * (exact for wide networks with a fixed read-out): E[δ²] = chi_1 E[δ²]_above N_above/N, E[δ_a δ_b] the same with the slope
 * of the correlation map at this layer's c. Weight gradients multiply the activations below by δ above. Layers are without
 * skip connections.
 *
 * @param activation φ
 * @param layers see `readLayers`
 * @param start q0 and c0
 * @param options widths and the read-out's cosine
 * @throws ParameterError as `trajectory`; for skip connections; for widths that are not layers.length + 1 positive numbers
 * @see Schoenholz et al. 2017, "Deep information propagation" (one input, N_above/N); Huang et al. 2019 (two inputs);
 * Fernandez Sarmiento 2026, section 3 (both recursions with the noise's moments)
 * @example gradientProfile(linear, [{ sigma_w2: 0.9, sigma_b2: 0, noise: NO_NOISE }], { q0: 1, c0: 1 })[0].single // 0.9
 */
export function gradientProfile(
  activation: Activation,
  layers: readonly Layer[],
  start: Start,
  { widths, cosine = 1 }: ProfileOptions = {},
): GradientRow[] {
  if (widths && (widths.length !== layers.length + 1 || !widths.every((width) => width > 0)))
    throw new ParameterError(
      'widths',
      'out_of_range',
      `widths must be ${layers.length + 1} positive numbers.`,
    );
  checkCorrelation({ cosine });
  if (layers.some(({ trained_noise }) => trained_noise))
    throw new ParameterError('mode', 'not_applicable', 'Gradients are those of training.');
  if (layers.some(({ carry = 0, branch = 1 }) => carry !== 0 || branch !== 1))
    throw new ParameterError(
      'layers',
      'not_applicable',
      'Gradient profiles are of layers without skip connections.',
    );
  const { rows } = trajectory(activation, layers, start);
  const found: GradientRow[] = [];
  let [single, pair] = [1, cosine];
  for (let layer = layers.length; layer >= 0; layer--) {
    const next = layers[layer];
    const row = rows[layer];
    let weight_single: number | null = null;
    let weight_pair: number | null = null;
    if (next && row) {
      const fed = next.batch_norm
        ? averageNormalisedSignals(next, rows[layer + 1])
        : averageSignals(activation, next, row.q, row.c);
      weight_single = fed && single * fed.square;
      weight_pair = fed && pair * fed.product;
      const shape = widths ? (widths[layer + 1] as number) / (widths[layer] as number) : 1;
      single *= (row.chi_1 as number) * shape;
      pair *= (row.chi_c as number) * shape;
    }
    found.push({
      layer,
      single: toFinite(single),
      pair: toFinite(pair),
      weight_single: toFinite(weight_single),
      weight_pair: toFinite(weight_pair),
    });
  }
  return found.reverse();
}

/** E[(sφ + t)²] and its product for two inputs: what the weights above this layer are multiplied with. */
function averageSignals(activation: Activation, layer: Layer, q: number | null, c: number) {
  if (q === null || q === 0) return null;
  const phi = layer.activation ?? activation;
  const { mask_correlation: correlation = 0, noise } = layer;
  const { square, unshared } = noisyAverages(phi, q, noise, correlation);
  const { gap } = twoInputs(phi, q)(1 - c);
  return { square: q * square, product: q * (square - unshared - sharedSquare(noise, correlation) * gap) };
}

/** The same behind an IC layer, whose averages are known from the layer that they lead to. */
function averageNormalisedSignals({ sigma_w2, sigma_b2, noise }: Layer, to: TrajectoryRow | undefined) {
  if (!to?.q || sigma_w2 === 0) return null;
  return { square: noise.s2, product: (to.q * to.c - sigma_b2) / sigma_w2 };
}

const toFinite = (x: number | null): number | null => (x !== null && Number.isFinite(x) ? x : null);
