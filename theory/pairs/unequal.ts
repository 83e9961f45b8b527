import type { Activation, UnequalPair } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { numericUnequal } from './numeric.ts';

export type { UnequalPair } from '../activation.ts';

/**
 * The averages of two inputs that have variances of their own: u_a = √q_a z₁ and u_b = √q_b (c z₁ + √(1 − c²) z₂).
 * Closed forms where the activation has them, also with an affine map around it; for the rest quadrature in two dimensions, 1 to 10 ms
 * each up to q = 1e4, with a number of nodes that grows as the square of ln q beyond. The overlap is good to about 1e-13 of
 * √(E[φ_a²] E[φ_b²] / (q_a q_b)).
 *
 * @param activation φ
 * @param q_a variance of the one input, positive
 * @param q_b variance of the other
 * @returns the averages as a function of the misalignment m = 1 − c, 0 to 2
 * @throws ParameterError unless both variances are positive and finite
 * @see Williams 1998, "Computation with infinite neural networks" (erf); Cho, Saul 2009, "Kernel methods for deep
 * learning" (norms come out of the arc-cosine kernels); Poole et al. 2016 for what is averaged
 * @example unequalPair(relu, 1, 4)(1).overlap // 1 / (2π)
 */
export function unequalPair(activation: Activation, q_a: number, q_b: number): (m: number) => UnequalPair {
  checkVariances(q_a, q_b);
  return (activation.unequal ?? numericUnequal(activation))(q_a, q_b);
}

/** @throws ParameterError where a variance is not positive and finite */
export function checkVariances(q_a: number, q_b: number): void {
  for (const [name, q] of Object.entries({ q_a, q_b }))
    if (!(q > 0 && q < Number.POSITIVE_INFINITY))
      throw new ParameterError(name, 'out_of_range', `${name} must be a positive finite number.`, {
        min: 0,
      });
}
