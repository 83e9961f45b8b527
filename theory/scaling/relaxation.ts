import { ParameterError } from '../parameter-error.ts';
import { checkScaling, type ScalingForm } from './form.ts';

/**
 * How the misalignment of two inputs dies out at criticality (t = h = 0): smooth m_l = 1 / (1/m0 + g l/2), kinked
 * m_l = (1/√m0 + κ l/2)^−2. From far away, whatever m0: 2/(g l) and 4/(κ² l²).
 *
 * @param form class and coefficient
 * @param layer number of layers after the first, not negative
 * @param m0 misalignment at layer 0, positive; Infinity (default) gives the asymptotes
 * @returns m, or null for layer 0 of the asymptotes
 * @throws ParameterError for a coefficient or m0 that is not positive or a negative layer
 * @see Fernandez Sarmiento 2026, section 3 (relaxation); Hayou, Doucet, Rousseau 2019 (2/(g l); 9π²/(2l²) for relu); with
 * m0 derived here: docs/theory.md (the solution of dm/dl = −g m²/2 or −κ m^{3/2})
 * @example criticalRelaxation({ universality: 'kinked', kappa: KAPPA_RELU }, 100) // 0.0044413219804901…
 */
export function criticalRelaxation(
  form: ScalingForm,
  layer: number,
  m0 = Number.POSITIVE_INFINITY,
): number | null {
  checkScaling(form, { t: 0, h: 0 });
  if (!(layer >= 0 && layer < Number.POSITIVE_INFINITY))
    throw new ParameterError('layer', 'out_of_range', 'layer must not be negative.', { min: 0 });
  if (!(m0 > 0)) throw new ParameterError('m0', 'out_of_range', 'm0 must be positive.', { min: 0 });
  const inverse =
    form.universality === 'smooth'
      ? 1 / m0 + (form.g * layer) / 2
      : (1 / Math.sqrt(m0) + (form.kappa * layer) / 2) ** 2;
  return inverse > 0 ? 1 / inverse : null;
}
