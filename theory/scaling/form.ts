import type { Activation } from '../activation.ts';
import { edgeOfChaos } from '../critical/edge.ts';
import type { Noise } from '../noise.ts';
import { checkNotNegative, checkPositive, ParameterError } from '../parameter-error.ts';
import { noisyAverages, sharedSquare } from '../trajectory/averages.ts';
import { computeGain, varianceLimit } from '../variance.ts';

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
  const { status, q_star } = varianceLimit(
    activation,
    computeGain(activation, sigma_w2, noise.s2),
    sigma_b2,
    q0,
  );
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
 * @see derived here: docs/theory.md
 */
export function checkScaling(form: ScalingForm, { t, h }: Distance): void {
  checkPositive(form.universality === 'smooth' ? { g: form.g } : { kappa: form.kappa });
  if (!Number.isFinite(t)) throw new ParameterError('t', 'out_of_range', 't must be finite.');
  checkNotNegative({ h });
}

/**
 * The positive root y of y³ − u y² − 1 = 0: the equation of state of kinked networks, in one variable.
 *
 * @param u t / (κ^{2/3} h^{1/3}), finite
 * @throws ParameterError where u is not finite
 * @see Fernandez Sarmiento 2026, section 3 (kinked class)
 * @example kinkedCurve(1) // 1.465571231876768
 */
export function kinkedCurve(u: number): number {
  if (!Number.isFinite(u)) throw new ParameterError('u', 'out_of_range', 'u must be finite.');
  // Newton from the right of the root, where y³ − u y² − 1 is convex and rising: it never steps past the root. Both
  // starts are within a factor 2 of it.
  let y = u > 0 ? u + 1 : Math.min(1, 1 / Math.sqrt(Math.abs(u)));
  for (let round = 0; round < 60; round++) {
    const step = (y * y * (y - u) - 1) / (y * (3 * y - 2 * u));
    y -= step;
    if (step <= 1e-16 * y) break;
  }
  return y;
}

/**
 * The order parameter m = 1 − c* near criticality: smooth m = (t + √(t² + 2 g h)) / g, kinked m = (h/κ)^{2/3} y(u)². To
 * leading order in t and h; `stateOf` has the exact map's.
 *
 * @param form class and coefficient
 * @param distance t and h
 * @returns m, 0 where h = 0 and t ≤ 0
 * @throws ParameterError for a coefficient that is not positive, t not finite, h negative
 * @see Fernandez Sarmiento 2026, section 3 (equations of state)
 * @example orderParameter({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 }) // 0.2
 */
export function orderParameter(form: ScalingForm, distance: Distance): number {
  checkScaling(form, distance);
  const { t, h } = distance;
  if (form.universality === 'smooth') {
    const root = Math.sqrt(t * t + 2 * form.g * h);
    // Of the two forms of the root, the one that does not subtract.
    if (t > 0) return (t + root) / form.g;
    return h === 0 ? 0 : (2 * h) / (root - t);
  }
  const { kappa } = form;
  if (h === 0) return t > 0 ? (t / kappa) ** 2 : 0;
  const u = t / (kappa ** (2 / 3) * Math.cbrt(h));
  // (so far from criticality that u is out of range, h no longer counts above and m = h/|t| below)
  if (!Number.isFinite(u)) return t > 0 ? (t / kappa) ** 2 : -h / t;
  return (h / kappa) ** (2 / 3) * kinkedCurve(u) ** 2;
}

/**
 * 1/xi near criticality, which is 1 − slope at c*: smooth √(t² + 2 g h), kinked (3/2) κ √m − t = κ^{2/3} h^{1/3} (3y/2 − u).
 * Below criticality without noise it is |t| for both, above it |t| for smooth and t/2 for kinked networks.
 *
 * @param form class and coefficient
 * @param distance t and h
 * @throws ParameterError as `orderParameter`
 * @see Fernandez Sarmiento 2026, section 3 (slope at the fixed point); the kinked rate in y is derived here: docs/theory.md
 * @example inverseDepthScale({ universality: 'kinked', kappa: KAPPA_RELU }, { t: 0, h: 1e-3 }) // 0.06723682072841813
 */
export function inverseDepthScale(form: ScalingForm, distance: Distance): number {
  const m = orderParameter(form, distance);
  const { t, h } = distance;
  if (form.universality === 'smooth') return Math.sqrt(t * t + 2 * form.g * h);
  return 1.5 * form.kappa * Math.sqrt(m) - t;
}
