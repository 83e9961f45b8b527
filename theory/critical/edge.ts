import type { Activation } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { curvature2, kinkDensity } from './curvature.ts';

/** How the correlation of two inputs closes in on 1 on the edge of chaos: 1 − c ~ constant / layer^exponent. */
export type EdgeOfChaos = {
  /** `smooth`: φ′ is continuous; `kinked`: it jumps; `straight`: φ is linear and nothing moves */
  readonly universality: 'smooth' | 'kinked' | 'straight';
  readonly exponent: 1 | 2 | null;
  readonly constant: number | null;
  /** F″(1) of the correlation map, for smooth φ */
  readonly g: number | null;
  /** κ in F(1 − m) = 1 − m + κ m^{3/2} + …, for kinked φ */
  readonly kappa: number | null;
};

/**
 * The constants of the edge of chaos chi_1 = 1 without noise. For smooth φ, F(1 − m) = 1 − m + g m²/2 gives
 * 1 − c ~ (2/g) / l with 2/g = 2 E[φ′²] / (q E[φ″²]); for kinked φ, F(1 − m) = 1 − m + κ m^{3/2} gives
 * 1 − c ~ (4/κ²) / l². With s the noise-free weight variance, κ = (2/3) s √(q/π) Σ Δ² p over the jumps Δ of φ′.
 *
 * @param activation φ
 * @param sigma_w2 weight variance of the critical point
 * @param q its variance; for homogeneous φ any
 * @throws ParameterError unless both are positive
 * @see Hayou, Doucet, Rousseau 2019, "On the impact of the activation function on deep neural networks training" (rates
 * of convergence on the edge of chaos: 1/l for smooth φ, 9π²/(2 l²) for relu)
 * @example edgeOfChaos(relu, 2, 1).constant // 9π²/2 = 44.4132198049
 */
export function edgeOfChaos(activation: Activation, sigma_w2: number, q: number): EdgeOfChaos {
  if (!(sigma_w2 > 0 && q > 0 && Number.isFinite(sigma_w2 * q)))
    throw new ParameterError(
      sigma_w2 > 0 && Number.isFinite(sigma_w2) ? 'q' : 'sigma_w2',
      'out_of_range',
      'sigma_w2 and q must be positive finite numbers.',
      { min: 0 },
    );
  const kappa = (2 / 3) * sigma_w2 * Math.sqrt(q / Math.PI) * kinkDensity(activation, q);
  // (kinks that no pre-activation reaches do not count)
  if (kappa > 1e-12) return { universality: 'kinked', exponent: 2, constant: 4 / kappa ** 2, g: null, kappa };
  const g = sigma_w2 * q * curvature2(activation, q);
  if (g < 1e-14) return { universality: 'straight', exponent: null, constant: null, g: 0, kappa: null };
  return { universality: 'smooth', exponent: 1, constant: 2 / g, g, kappa: null };
}
