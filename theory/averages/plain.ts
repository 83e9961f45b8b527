import type { Activation, Moments } from '../activation.ts';

/**
 * E[φ(u)], from averages that are counted from φ(0).
 *
 * @param activation φ
 * @param q variance of u, positive
 * @param moments of φ at q
 * @example plainMean(relu, 1) // 1/√(2π)
 */
export function plainMean(
  activation: Activation,
  q: number,
  moments: Moments = activation.moments(q),
): number {
  return activation.level + q * moments.lift;
}

/**
 * E[φ(u)²], from averages that are counted from φ(0).
 *
 * @param activation φ
 * @param q variance of u, positive
 * @param moments of φ at q
 * @example plainSquare(cos, 1) // (1 + e⁻²) / 2 = 0.56766…
 */
export function plainSquare(
  activation: Activation,
  q: number,
  moments: Moments = activation.moments(q),
): number {
  return activation.level * activation.level + q * moments.ratio;
}
