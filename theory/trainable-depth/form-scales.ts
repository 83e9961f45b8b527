import { type DepthScales, depthScales } from '../depth-scales.ts';
import { type Network, readPlainLayer } from '../network.ts';
import { maskCorrelation } from '../noise.ts';
import { EPSILON } from './contrast.ts';
import { estimateDepth } from './estimate.ts';
import type { FormScales } from './forms.ts';
import { type TangentKernel, tangentKernel } from './tangent-kernel.ts';

/** A data set as the first layer sees it, means over its images: an entry of `fixtures/data-statistics.json`. */
export type DataStatistics = {
  /** of a pixel's value, after normalisation */
  readonly mean_square: number;
  /** of two images of one class */
  readonly cosine_same_class: number;
  /** of two images of different classes */
  readonly cosine_different_class: number;
};

/**
 * The scales that forms of the trainable depth are made from, for a network that reads data: those of `depthScales`, with
 * Infinity for what has no bound, and the depth at which the trajectory of the data loses its classes, computed when it is
 * first looked at.
 *
 * @param network of equal layers
 * @param data what it reads
 * @param scales its depth scales, where they are known already
 * @returns null where a scale could not be had
 * @throws ParameterError as `depthScales`
 * @see DEPTH_FORMS; Schoenholz et al. 2017, "Deep information propagation" (the scales)
 * @example
 * const network = plainNetwork({ activation: 'tanh', technique: 'bernoulli', keep: 0.95, sigma_w2: 1.76, sigma_b2: 0.05, mask: 'independent', q0: 1 });
 * formDepth('xi_2', { m: 6 }, formScales(network, { mean_square: 1, cosine_same_class: 0.45, cosine_different_class: 0.28 }))
 * // 40.6475…
 */
export function formScales(
  network: Network,
  data: DataStatistics,
  scales: DepthScales = depthScales(network),
): FormScales | null {
  const { xi_1, xi_2, chi_1, chi_q, reason, status } = scales;
  if (reason === 'unknown' || chi_1 === null) return null;
  const drifts = status === 'collapses' || status === 'diverges';
  const own = readData(network, data);
  let trajectory: number | undefined;
  let kernel: TangentKernel | undefined;
  const margins = new Map<number, number>();
  return {
    xi_1: xi_1 ?? Number.POSITIVE_INFINITY,
    xi_2: xi_2 ?? Number.POSITIVE_INFINITY,
    chi_1,
    growth: drifts ? (chi_q ?? 1) : 1,
    get trajectory() {
      trajectory ??= own.lost(own.c_same, EPSILON.low);
      return trajectory;
    },
    margin: (t) => {
      const known = margins.get(t) ?? own.lost(1, Math.exp(-t));
      margins.set(t, known);
      return known;
    },
    get kernel() {
      const start = { mean_square: data.mean_square, cosine: data.cosine_different_class };
      kernel ??= tangentKernel(own.activation, own.layer, start);
      return kernel;
    },
  };
}

/** The layers of a network, and where its first one puts the data. */
function readData(network: Network, data: DataStatistics) {
  const { activation, noise, batch_norm, sigma_w2, sigma_b2 } = readPlainLayer(network);
  const q0 = sigma_w2 * data.mean_square + sigma_b2;
  const correlation = (cosine: number) => (sigma_w2 * data.mean_square * cosine + sigma_b2) / q0;
  const [c_same, c_diff] = [correlation(data.cosine_same_class), correlation(data.cosine_different_class)];
  const layer = {
    ...{ sigma_w2, sigma_b2, noise: noise.noise },
    mask_correlation: maskCorrelation(network.mask),
    batch_norm,
  };
  /** the depth at which the contrast of two pairs is epsilon; Infinity where it is still larger after 2000 layers */
  const lost = (same: number, epsilon: number): number => {
    // (weights that vanish beside the biases read nothing)
    if (!(c_diff < same)) return 0;
    const { depth } = estimateDepth(activation.phi, layer, { q0, c_same: same, c_diff, epsilon });
    return depth ?? Number.POSITIVE_INFINITY;
  };
  return { activation: activation.phi, layer, q0, c_same, c_diff, lost };
}
