import type { Activation } from '../activation.ts';
import { type DepthScales, depthScales } from '../depth-scales.ts';
import { checked, type DepthScalesInput } from '../depth-scales-input.ts';
import { maskCorrelation } from '../noise.ts';
import { EPSILON } from './contrast.ts';
import { estimateDepth } from './estimate.ts';
import type { FormScales } from './forms.ts';

/** A data set as the first layer sees it, means over its images: an entry of `fixtures/data-statistics.json`. */
export type DataStatistics = {
  /** of a pixel's value, after normalisation */
  readonly mean_square: number;
  /** of two images of one class */
  readonly cosine_same_class: number;
  /** of two images of different classes */
  readonly cosine_different_class: number;
};

/** What is known of a network already. */
export type Known = {
  /** φ, where averages are to be counted or kept; the input's by default */
  readonly activation?: Activation;
  /** the theory's answer for the same input */
  readonly scales?: DepthScales;
};

/**
 * The scales that forms of the trainable depth are made from, for a network that reads data: those of `depthScales`, with
 * Infinity for what has no bound, and the depth at which the trajectory of the data loses its classes, computed when it is
 * first looked at.
 *
 * @param input the network, as `depthScales` takes it
 * @param data what it reads
 * @param known see {@link Known}
 * @returns null where a scale could not be had
 * @throws ParameterError as `depthScales`
 * @see DEPTH_FORMS; Schoenholz et al. 2017, "Deep information propagation" (the scales)
 * @example
 * const network = { activation: 'tanh', technique: 'bernoulli', keep: 0.95, sigma_w2: 1.76, sigma_b2: 0.05, mask: 'independent', q0: 1 };
 * formDepth('xi_2', { m: 6 }, formScales(network, { mean_square: 1, cosine_same_class: 0.45, cosine_different_class: 0.28 }))
 * // 40.6475…
 */
export function formScales(
  input: DepthScalesInput,
  data: DataStatistics,
  known: Known = {},
): FormScales | null {
  const { xi_1, xi_2, chi_1, reason, status } = known.scales ?? depthScales(input);
  if (reason === 'unknown' || chi_1 === null) return null;
  let trajectory: number | undefined;
  return {
    xi_1: xi_1 ?? Number.POSITIVE_INFINITY,
    xi_2: xi_2 ?? Number.POSITIVE_INFINITY,
    chi_1,
    drifts: status === 'collapses' || status === 'diverges',
    get trajectory() {
      trajectory ??= dataDepth(input, data, known.activation);
      return trajectory;
    },
  };
}

/**
 * The depth at which images of one class and of two are no longer told apart, after the first layer has read them:
 * c_same − c_diff is e⁻⁶ there;
 * Infinity where they still are after 2000 layers.
 */
function dataDepth(input: DepthScalesInput, data: DataStatistics, activation?: Activation): number {
  const { sigma_w2, sigma_b2, mask } = input;
  const { activation: named, noise, technique } = checked(input);
  const q0 = sigma_w2 * data.mean_square + sigma_b2;
  const correlation = (cosine: number) => (sigma_w2 * data.mean_square * cosine + sigma_b2) / q0;
  const [c_same, c_diff] = [correlation(data.cosine_same_class), correlation(data.cosine_different_class)];
  // (weights that vanish beside the biases read nothing)
  if (!(c_diff < c_same)) return 0;
  const layer = {
    ...{ sigma_w2, sigma_b2, noise },
    mask_correlation: maskCorrelation(mask),
    maps: technique.maps ?? null,
  };
  const { depth } = estimateDepth(activation ?? named, layer, { q0, c_same, c_diff, epsilon: EPSILON.low });
  return depth ?? Number.POSITIVE_INFINITY;
}
