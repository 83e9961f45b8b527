import type { Activation } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import type { Layer } from '../trajectory/layer.ts';
import { type Start, trajectory } from '../trajectory/trajectory.ts';
import { inverseDepthScale, type ScalingForm } from './form.ts';

/**
 * The regularisation reach of a schedule, Σ h_l w_l with w_l = xi (1 − exp(−(L − l)/xi)): how many layers downstream feel
 * the noise of layer l. A heuristic for which of several schedules with the same depth scale to prefer; w falls with l, so
 * that filling the earliest layers maximises it.
 *
 * @param values h or drop of layers 1 … L
 * @param xi depth scale over which a perturbation is forgotten, positive
 * @throws ParameterError for xi not positive
 * @see Fernandez Sarmiento 2026, section 5 (reach)
 * @example reach([0.2, 0], 1) // 0.2 (1 − 1/e) = 0.1264241117657115
 */
export function reach(values: readonly number[], xi: number): number {
  if (!(xi > 0)) throw new ParameterError('xi', 'out_of_range', 'xi must be positive.', { min: 0 });
  const depth = values.length;
  return values.reduce((sum, value, i) => sum - value * xi * Math.expm1(-(depth - 1 - i) / xi), 0);
}

/**
 * The local-stationary depth scale of a schedule: every layer is taken to be at the fixed point of its own noise, so that
 * 1/xi_eff is the mean of 1/xi(t, h_l). It does not know the order of the layers, and the mean runs over all of them,
 * those without noise too.
 *
 * It is a label of a schedule, not a prediction: along the real trajectory c does not track the local fixed points.
 * In a bias-free relu network of 6 layers with mean drop 0.1 from c = 0.9 it has the early step at 1.59 times the constant
 * schedule, where {@link exactDepthScale} finds 2.47 layers against 2.78, and the late step, which it cannot tell from
 * the early one, at 3.26.
 *
 * @param form class and coefficient
 * @param fields h of each layer (for weak dropout a · drop, with a = 1 − sigma_b2/q*)
 * @param t detuning, 0 by default
 * @returns layers; null where it is unbounded
 * @throws ParameterError as `orderParameter`, and without layers
 * @see Fernandez Sarmiento 2026, section 5 (effective depth scale of a schedule)
 * @example effectiveDepthScale({ universality: 'kinked', kappa: KAPPA_RELU }, [0.2, 0.2, 0.2, 0, 0, 0]) // 5.086427…
 */
export function effectiveDepthScale(form: ScalingForm, fields: readonly number[], t = 0): number | null {
  if (fields.length === 0) throw new ParameterError('fields', 'missing', 'There must be at least one layer.');
  const sum = fields.reduce((total, h) => total + inverseDepthScale(form, { t, h }), 0);
  return sum > 0 ? fields.length / sum : null;
}

/**
 * The depth scale of a stack of layers from the exact slopes along its trajectory, −L / Σ ln |F′_l(c_{l−1})|, with F the
 * normalised map c → c: what {@link effectiveDepthScale} approximates, and disagrees with wherever the noise changes
 * along the depth or the stack is not many depth scales deep.
 *
 * @param activation φ
 * @param layers see `readLayers`
 * @param start q0 and c0
 * @returns layers, negative where two inputs move apart rather than together; null where it is unbounded, or q leaves the
 * range of double precision
 * @throws ParameterError as `trajectory`, and without layers
 * @see derived here: docs/theory.md (chain rule along the correlation map of Poole et al. 2016)
 * @example
 * const noise = { s1: 1, s2: 1 / 0.9, variance: 1 / 9 };
 * exactDepthScale(relu, Array(6).fill({ sigma_w2: 1.8, sigma_b2: 0, noise }), { q0: 1, c0: 0.9 }) // 2.78…
 */
export function exactDepthScale(
  activation: Activation,
  layers: readonly Layer[],
  start: Start,
): number | null {
  if (layers.length === 0) throw new ParameterError('layers', 'missing', 'There must be at least one layer.');
  const { rows } = trajectory(activation, layers, start);
  let sum = 0;
  for (let l = 0; l < layers.length; l++) {
    const [here, next] = [rows[l], rows[l + 1]];
    if (!here?.q || !next?.q || !here.chi_c) return null;
    sum += Math.log(Math.abs((here.chi_c * here.q) / next.q));
  }
  return sum === 0 ? null : -layers.length / sum;
}
