import type { Activation } from '../activation.ts';
import { edgeOfChaos } from '../critical/edge.ts';
import type { Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { noisyAverages, sharedSquare } from '../trajectory/averages.ts';
import { varianceLimit } from '../variance.ts';
import { gainOf } from '../variance-map.ts';

/** The first nonlinear term of the correlation map at c = 1: F(1 − m) = F(1) − (1 + t) m + g m²/2 or + kappa m^{3/2}. */
export type ScalingForm =
  | { readonly universality: 'smooth'; readonly g: number }
  | { readonly universality: 'kinked'; readonly kappa: number };

/** How far a network is from criticality. */
export type Distance = {
  /** detuning: chi_aligned − 1 */
  readonly t: number;
  /** field: 1 − F(1), what noise takes from the correlation of equal inputs in one layer; not negative */
  readonly h: number;
};

/** The network whose distance from criticality is asked for. */
export type ScalingInput = {
  /** weight variance: weights are N(0, sigma_w2 / fan_in) */
  readonly sigma_w2: number;
  /** bias variance */
  readonly sigma_b2: number;
  /** moments of the noise */
  readonly noise: Noise;
  /** 0 (default) for masks of their own, 1 for a shared mask */
  readonly mask_correlation?: number;
  /** variance from which q starts; 1 by default */
  readonly q0?: number;
};

/** Where a network stands near criticality. */
export type ScalingPoint = Distance & {
  /** null where the map has no fixed point and the normalised one of a homogeneous φ stands in */
  readonly q_star: number | null;
  /** null for a φ without curvature or kinks, whose map is a straight line */
  readonly form: ScalingForm | null;
};

/** κ of relu at its critical point, 2√2 / (3π). */
export const KAPPA_RELU = (2 * Math.SQRT2) / (3 * Math.PI);

/**
 * Detuning t, field h and the leading nonlinear coefficient of a network. For homogeneous φ without a finite q* (relu
 * with sigma_b2 = 0) they are those of the normalised map, which is keep · F_relu(c) whatever sigma_w2; then t = −h and
 * the point t = 0, h > 0 cannot be reached.
 *
 * @param activation φ
 * @param input weight and bias variance, noise, and how it is shared
 * @throws ParameterError where q neither settles at a positive value nor φ is homogeneous
 * @see Fernandez Sarmiento 2026, section 3 (t, h, g, κ); κ of a general φ is (2/3) sigma_w2 s1² √(q/π) Σ Δ² p over the
 * jumps Δ of φ′ with the density p of the pre-activations there (derived here: docs/theory.md)
 * @example
 * scalingPoint(relu, { sigma_w2: 2, sigma_b2: 0, noise: { s1: 1, s2: 1, variance: 0 } })
 * // { t: 0, h: 0, q_star: null, form: { universality: 'kinked', kappa: 0.3001054387190354 } }
 */
export function scalingPoint(activation: Activation, input: ScalingInput): ScalingPoint {
  const { sigma_w2, sigma_b2, noise, mask_correlation = 0, q0 = 1 } = input;
  if (activation.steps)
    throw new ParameterError(
      'activation',
      'not_applicable',
      'The activation jumps: its correlation map has an infinite slope at c = 1, and no expansion there.',
    );
  const { status, q_star } = varianceLimit(activation, gainOf(activation, sigma_w2, noise.s2), sigma_b2, q0);
  const settled = (status === 'ok' || status === 'bistable') && q_star > 0;
  if (!settled && !activation.homogeneous)
    throw new ParameterError(
      'activation',
      'no_fixed_point',
      'q does not settle at a positive value: there is no correlation map to expand.',
    );
  const q = settled ? q_star : 1;
  const { square, slope2, unshared } = noisyAverages(activation, q, noise, mask_correlation);
  const s12 = sharedSquare(noise, mask_correlation);
  // (the normalised map: weights that keep q where it is)
  const weight = settled ? sigma_w2 : 1 / square;
  const t = weight * s12 * slope2 - 1;
  const h = weight * unshared;
  const { g, kappa } = edgeOfChaos(activation, weight * s12, q);
  const form: ScalingForm | null =
    kappa !== null ? { universality: 'kinked', kappa } : g ? { universality: 'smooth', g } : null;
  return { t, h, q_star: settled ? q_star : null, form };
}

/**
 * Refuses a form or a distance that is none.
 *
 * @param form its coefficient must be positive and finite
 * @param distance t finite and above −1 or whatever the caller expands to, h finite and not negative
 * @throws ParameterError otherwise
 * @see derived here: docs/theory.md
 * @example checkScaling({ universality: 'smooth', g: 0.3 }, { t: 0, h: 0 }) // undefined
 */
export function checkScaling(form: ScalingForm, { t, h }: Distance): void {
  const coefficient = form.universality === 'smooth' ? form.g : form.kappa;
  if (!(coefficient > 0 && coefficient < Number.POSITIVE_INFINITY))
    throw new ParameterError(
      form.universality === 'smooth' ? 'g' : 'kappa',
      'out_of_range',
      `${form.universality === 'smooth' ? 'g' : 'kappa'} must be a positive finite number.`,
      { min: 0 },
    );
  if (!Number.isFinite(t)) throw new ParameterError('t', 'out_of_range', 't must be finite.');
  if (!(h >= 0 && h < Number.POSITIVE_INFINITY))
    throw new ParameterError('h', 'out_of_range', 'h must be a finite number that is not negative.', {
      min: 0,
    });
}
