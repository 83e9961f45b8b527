import { ParameterError } from '../parameter-error.ts';
import type { Universality } from './exponents.ts';
import { checkScaling, type Distance, type ScalingForm } from './form.ts';
import { kinkedCurve } from './order-parameter.ts';

/** Factors that bring every network of a class onto one curve: m · of_m and xi · of_xi against t · of_t. */
export type ScalingFactors = { readonly of_t: number; readonly of_m: number; readonly of_xi: number };

/**
 * The factors that make t, m and xi of networks at a field h collapse. The scaled detuning has the sign of the
 * published figures, positive below criticality: −t/√(2gh) for smooth and −t/(κ^{2/3} h^{1/3}) for kinked networks.
 *
 * @param form class and coefficient
 * @param h field, positive: without noise nothing sets a scale
 * @throws ParameterError for a coefficient or h that is not positive
 * @see Fernandez Sarmiento 2026, section 3 (two-parameter collapse, with the signs of the corrected manuscript); the
 * factors of xi are derived here: docs/theory.md
 * @example scalingFactors({ universality: 'smooth', g: 0.5 }, 0.01) // { of_t: -10, of_m: 5, of_xi: 0.1 }
 */
export function scalingFactors(form: ScalingForm, h: number): ScalingFactors {
  checkScaling(form, { t: 0, h });
  if (h === 0)
    throw new ParameterError('h', 'out_of_range', 'h must be positive for a collapse.', { min: 0 });
  if (form.universality === 'smooth') {
    const rate = Math.sqrt(2 * form.g * h);
    return { of_t: -1 / rate, of_m: Math.sqrt(form.g / (2 * h)), of_xi: rate };
  }
  const rate = form.kappa ** (2 / 3) * Math.cbrt(h);
  return { of_t: -1 / rate, of_m: (form.kappa / h) ** (2 / 3), of_xi: rate };
}

/** One network's place in the collapsed picture. */
export type Collapsed = {
  readonly t_scaled: number;
  readonly m_scaled: number;
  readonly xi_scaled: number | null;
};

/**
 * A measured or computed network in scaled variables.
 *
 * @param form class and coefficient
 * @param state t, h, m, and xi or null
 * @throws ParameterError as {@link scalingFactors}
 * @see Fernandez Sarmiento 2026, section 3 (collapse)
 * @example collapsed({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01, m: 0.2, xi: 10 }) // { t_scaled: 0, m_scaled: 1, xi_scaled: 1 }
 */
export function collapsed(
  form: ScalingForm,
  state: Distance & { readonly m: number; readonly xi: number | null },
): Collapsed {
  const { of_t, of_m, of_xi } = scalingFactors(form, state.h);
  return {
    t_scaled: of_t * state.t + 0, // (+ 0: no negative zero)
    m_scaled: of_m * state.m,
    xi_scaled: state.xi === null ? null : of_xi * state.xi,
  };
}

/**
 * The curve that scaled networks fall on: smooth √(1 + x²) − x, kinked y(−x)².
 *
 * @param universality class
 * @param t_scaled scaled detuning x
 * @see Fernandez Sarmiento 2026, section 3 (scaling functions)
 * @example orderCurve('kinked', 1) // 0.5698402909980532
 */
export function orderCurve(universality: Universality, t_scaled: number): number {
  if (universality === 'kinked') return kinkedCurve(-t_scaled) ** 2;
  const root = Math.sqrt(1 + t_scaled * t_scaled);
  return t_scaled > 0 ? 1 / (root + t_scaled) : root - t_scaled;
}

/**
 * The curve of the scaled depth scale: smooth 1/√(1 + x²), kinked 1/(3y(−x)/2 + x).
 *
 * @param universality class
 * @param t_scaled scaled detuning x
 * @see derived here: docs/theory.md, from Fernandez Sarmiento 2026, section 3
 * @example depthCurve('smooth', 0) // 1
 */
export function depthCurve(universality: Universality, t_scaled: number): number {
  if (universality === 'smooth') return 1 / Math.sqrt(1 + t_scaled * t_scaled);
  return 1 / (1.5 * kinkedCurve(-t_scaled) + t_scaled);
}
