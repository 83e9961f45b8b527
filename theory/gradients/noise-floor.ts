import type { Activation } from '../activation.ts';
import { checkCorrelation, checkPositive, ParameterError } from '../parameter-error.ts';
import { pairQuartics, quartics } from './quartics.ts';

/** What the gradients of two inputs depend on, layer by layer, in a network of finite width. */
export type PairFactors = {
  /** factor of one input's squared gradient per layer */
  readonly chi_1: number;
  /** factor of the mean product of two inputs' gradients per layer: chi_c at the fixed point */
  readonly chi_c: number;
  /** E[s_a² s_b² φ′_a² φ′_b²] / (s2 E[φ′²])², 1 for linear networks with own masks */
  readonly kappa_ab: number;
  /** number of units of a layer */
  readonly width: number;
};

/**
 * kappa_ab = E[φ′_a² φ′_b²] / E[φ′²]², which sets the noise floor; own masks cancel out of it.
 *
 * @param activation φ
 * @param q variance of the pre-activations
 * @param c correlation of the two inputs
 * @throws ParameterError for numbers out of range
 * @see derived here: docs/theory.md
 * @example slopeCorrelation(relu, 1, 0) // 1
 */
export function slopeCorrelation(activation: Activation, q: number, c: number): number {
  return pairQuartics(activation, q, c).slopes2 / quartics(activation, q).slope2 ** 2;
}

function checkFactors({ chi_1, chi_c, kappa_ab, width }: PairFactors): void {
  checkPositive({ chi_1, kappa_ab, width });
  if (!(chi_c >= 0 && chi_c <= chi_1))
    throw new ParameterError('chi_c', 'out_of_range', 'chi_c must lie between 0 and chi_1.', {
      min: 0,
      max: chi_1,
    });
}

/**
 * Where the typical product of two inputs' gradients ends up: rms⟨δ_a, δ_b⟩ / E|δ|² tends to
 * √(kappa_ab / (N (1 − r))) with r = (chi_c/chi_1)². To leading order in 1/N; linear: 1/√(N (1 − keep²)).
 *
 * @param factors chi_1 > chi_c, kappa_ab, width
 * @returns the floor, or null where chi_c = chi_1 and the products never sink to one
 * @throws ParameterError for factors out of range
 * @see derived here: docs/theory.md
 * @example noiseFloor({ chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 }) // 1/6
 */
export function noiseFloor(factors: PairFactors): number | null {
  checkFactors(factors);
  const { chi_1, chi_c, kappa_ab, width } = factors;
  const open = 1 - (chi_c / chi_1) ** 2;
  return open > 0 ? Math.sqrt(kappa_ab / (width * open)) : null;
}

/**
 * The cross-over depth K_x: so many layers below the read-out the mean product of two inputs' gradients sinks under
 * {@link noiseFloor}, and what a single network or a finite ensemble shows decays with xi_1 from there on.
 *
 * @param factors chi_1 > chi_c, kappa_ab, width
 * @param cosine of the two gradients at the read-out, 1 by default
 * @param networks over how many independent networks the signed mean is taken, 1 by default: each factor 100 of them
 * moves the floor down by 10
 * @returns layers, 0 where the gradients start under the floor; null where they never reach it
 * @throws ParameterError for factors out of range, a cosine outside [−1, 1] or a number of networks below 1
 * @see derived here: docs/theory.md
 * @example crossoverDepth({ chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 }) // ln 6 / ln 1.25 = 8.029…
 */
export function crossoverDepth(factors: PairFactors, cosine = 1, networks = 1): number | null {
  checkCorrelation({ cosine });
  if (!(networks >= 1))
    throw new ParameterError('networks', 'out_of_range', 'networks must be at least 1.', { min: 1 });
  const floor = noiseFloor(factors);
  if (floor === null) return null;
  const height = (Math.abs(cosine) * Math.sqrt(networks)) / floor;
  return height <= 1 ? 0 : Math.log(height) / Math.log(factors.chi_1 / factors.chi_c);
}

/** The product of two inputs' gradients K layers below the read-out, over E|δ|² at the same layer. */
export type PairProduct = { readonly K: number; readonly signed_mean: number; readonly rms: number };

/**
 * Mean and root mean square of ⟨δ_a, δ_b⟩ / E|δ|² down from the read-out: the mean falls as (chi_c/chi_1)^K, the rms with
 * it and then levels off. Exact for linear networks (kappa_ab = 1 for own masks), to leading order in 1/N for others, whose
 * rms also spreads with their single-input gradients (see `varianceMean`).
 *
 * @param factors chi_1, chi_c, kappa_ab, width
 * @param depth number of layers
 * @param cosine of the two gradients at the read-out, 1 by default
 * @throws ParameterError for factors out of range or a cosine outside [−1, 1]
 * @see derived here: docs/theory.md
 * @example pairProducts({ chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 }, 1)[1].signed_mean // 0.8
 */
export function pairProducts(factors: PairFactors, depth: number, cosine = 1): PairProduct[] {
  checkFactors(factors);
  checkCorrelation({ cosine });
  const { chi_1, chi_c, kappa_ab, width: N } = factors;
  const ratio = chi_c / chi_1;
  let [A, B] = [1, cosine * cosine];
  return Array.from({ length: depth + 1 }, (_, K) => {
    const row = { K, signed_mean: cosine * ratio ** K, rms: Math.sqrt(B) };
    const own = (kappa_ab * (A + 2 * B)) / N;
    [A, B] = [own + (1 - 1 / N) * A, own + (1 - 1 / N) * ratio * ratio * B];
    return row;
  });
}
