import { ParameterError } from '../parameter-error.ts';
import { checkScaling, type Distance, type ScalingForm } from './form.ts';
import { orderParameter } from './order-parameter.ts';

/**
 * The free energy whose minimum over m ≥ 0 is the equation of state: smooth −t m²/2 + g m³/6 − h m, kinked
 * −t m²/2 + (2κ/5) m^{5/2} − h m. Its slope is minus the change of m in one layer.
 *
 * @param form class and coefficient
 * @param distance t and h
 * @param m order parameter, not negative
 * @throws ParameterError for a coefficient that is not positive, t not finite, h or m negative
 * @see Fernandez Sarmiento 2026, section 3 (free energy)
 * @example freeEnergy({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 }, 0.2) // -0.0013333333333333335
 */
export function freeEnergy(form: ScalingForm, distance: Distance, m: number): number {
  checkScaling(form, distance);
  if (!(m >= 0)) throw new ParameterError('m', 'out_of_range', 'm must not be negative.', { min: 0 });
  const { t, h } = distance;
  const bend = form.universality === 'smooth' ? (form.g * m) / 6 : 0.4 * form.kappa * Math.sqrt(m);
  return m * m * (bend - t / 2) - h * m;
}

/**
 * The free energy at the fixed point. Without noise and above criticality it is −2t³/(3g²) or −t⁵/(10κ⁴), below it 0:
 * hence the exponents alpha −1 and −3.
 *
 * @param form class and coefficient
 * @param distance t and h
 * @throws ParameterError as `freeEnergy`
 * @see Fernandez Sarmiento 2026, section 3 (free energy on shell)
 * @example equilibriumFreeEnergy({ universality: 'smooth', g: 0.5 }, { t: 0.1, h: 0 }) // −2 · 0.1³ / (3 · 0.5²) = −0.0026666666666666666
 */
export function equilibriumFreeEnergy(form: ScalingForm, distance: Distance): number {
  return freeEnergy(form, distance, orderParameter(form, distance));
}
