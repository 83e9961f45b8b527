import { ParameterError } from '../parameter-error.ts';
import { checkScaling, type Distance, type ScalingForm } from './form.ts';

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

/**
 * The depth scale xi_2 near criticality, to leading order: 1 / {@link inverseDepthScale}.
 *
 * @param form class and coefficient
 * @param distance t and h
 * @returns layers; null at t = h = 0, where it is unbounded
 * @throws ParameterError as `orderParameter`
 * @see Fernandez Sarmiento 2026, section 3
 * @example criticalDepthScale({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 }) // 10
 */
export function criticalDepthScale(form: ScalingForm, distance: Distance): number | null {
  const rate = inverseDepthScale(form, distance);
  return rate > 0 ? 1 / rate : null;
}

/**
 * The detuning |t| at which a network crosses over from being ruled by the noise (nearer) to being ruled by the detuning:
 * smooth √(g h), kinked κ^{2/3} h^{1/3}.
 *
 * @param form class and coefficient
 * @param h field
 * @throws ParameterError as `orderParameter`
 * @see Fernandez Sarmiento 2026, section 3 (crossover)
 * @example crossoverDetuning({ universality: 'smooth', g: 0.25 }, 0.01) // 0.05
 */
export function crossoverDetuning(form: ScalingForm, h: number): number {
  checkScaling(form, { t: 0, h });
  return form.universality === 'smooth' ? Math.sqrt(form.g * h) : form.kappa ** (2 / 3) * Math.cbrt(h);
}

/**
 * The field at which noise takes over at a detuning t, the inverse of {@link crossoverDetuning}: t²/g or |t|³/κ².
 *
 * @param form class and coefficient
 * @param t detuning
 * @throws ParameterError as `orderParameter`
 * @see Fernandez Sarmiento 2026, section 3 (crossover)
 * @example crossoverField({ universality: 'smooth', g: 0.25 }, -0.05) // 0.01
 */
export function crossoverField(form: ScalingForm, t: number): number {
  checkScaling(form, { t, h: 0 });
  return form.universality === 'smooth' ? (t * t) / form.g : Math.abs(t) ** 3 / form.kappa ** 2;
}
