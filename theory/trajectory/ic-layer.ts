import type { Activation } from '../activation.ts';
import { averageEvaluated, type Evaluated } from '../ic/evaluated.ts';
import { averageNormalised } from '../ic/normalised.ts';
import { ParameterError } from '../parameter-error.ts';
import { sharedSquare } from './averages.ts';
import type { Layer, State, Step } from './layer.ts';

/**
 * The IC layers of a trajectory: φ, batch normalisation over many inputs, dropout, weights, and perhaps a skip
 * connection around them all. The second moment after the normalisation is 1, so q′ = a² q + b² (sigma_w2 s2 + sigma_b2);
 * what generic inputs have in common is taken away and only biases (and the skip connection) bring it back.
 *
 * In evaluation the running statistics are those of training, which is followed too: see `evaluated`.
 *
 * @returns the step, which keeps the averages of the last state
 * @throws ParameterError where q is 0, or the common part is not known or so large that the averages are not
 * @see Chen et al. 2019 (arXiv 1905.05928) for the layer; Yang et al. 2019, "A mean field theory of batch
 * normalization"; with skip connections and in evaluation derived here: docs/theory.md
 * @example createIcStepper()(relu, { q: 1, misalignments: [0.2], common: 1 }, { sigma_w2: 2, sigma_b2: 0, noise, batch_norm: true })
 */
export function createIcStepper(): (phi: Activation, state: State, layer: Layer) => Step {
  let last: { phi: Activation; q: number; trained_q: number; common: number; averages: Evaluated } | null =
    null;
  const averagesAt = (phi: Activation, q: number, trained_q: number, common: number, training: boolean) => {
    if (last?.phi !== phi || last.q !== q || last.trained_q !== trained_q || last.common !== common)
      last = {
        phi,
        q,
        trained_q,
        common,
        averages: training
          ? averageInTraining(phi, q, 1 - common)
          : averageEvaluated(phi, { q, trained_q, common_variance: trained_q * (1 - common) }),
      };
    return last.averages;
  };
  return (phi, state, layer) => {
    const { sigma_w2, sigma_b2, noise, trained_noise, mask_correlation = 0, carry = 0, branch = 1 } = layer;
    const { q, trained_q = q, misalignments } = state;
    if (!(q > 0))
      throw new ParameterError(
        'q',
        'out_of_range',
        'An IC layer needs pre-activations that vary: q is 0 before it.',
        { min: 0 },
      );
    const common = checkCommon(state.common);
    const { square, gain, at } = averagesAt(phi, q, trained_q, common, trained_noise === undefined);
    if (!Number.isFinite(square * gain))
      throw new ParameterError(
        'c_batch',
        'out_of_range',
        `What generic inputs share before an IC layer (${1 - common} of their variance) is too much for the averages.`,
      );
    const s12 = sharedSquare(noise, mask_correlation);
    const unshared = (1 - mask_correlation) * noise.variance * square;
    const weight = branch * sigma_w2;
    const next = carry * q + weight * noise.s2 * square + branch * sigma_b2;
    const pairs = misalignments.map(at);
    // (without weights and biases nothing is left to have a correlation)
    const over = (kept: number, m: number) => (next > 0 ? kept / next : m);
    // training goes on beside evaluation: its second moment is 1, and generic inputs share nothing of it
    const { s2 } = trained_noise ?? noise;
    const trained = carry * trained_q + weight * s2 + branch * sigma_b2;
    return {
      q: next,
      misalignments: misalignments.map((m, i) =>
        over(carry * q * m + weight * (unshared + s12 * (pairs[i] as { lost: number }).lost), m),
      ),
      common: trained > 0 ? (carry * trained_q * common + weight * s2) / trained : common,
      ...(trained_noise && { trained_q: trained }),
      chi_1: carry + weight * noise.s2 * gain,
      chi_c: pairs.map(({ gradient }) => carry + weight * s12 * gradient),
    };
  };
}

/** Unrelated inputs may be so far above 1 by rounding, and those that are all alike so far above 0. */
const ROUNDING = 1e-12;

function checkCommon(common: number | undefined): number {
  if (!(common !== undefined && common > ROUNDING && common <= 1 + ROUNDING))
    throw new ParameterError(
      'c_batch',
      'out_of_range',
      'An IC layer needs inputs whose common correlation is from 0 to below 1.',
      { min: 0, max: 1 },
    );
  return Math.min(common, 1);
}

/** The averages of training in the same terms. */
function averageInTraining(phi: Activation, q: number, c0: number): Evaluated {
  const { gain, at } = averageNormalised(phi, q, c0);
  const known = (m: number) => {
    const { lost, gradient } = at(m);
    return { lost, gradient: gradient / q };
  };
  return { square: 1, gain, at: known };
}
