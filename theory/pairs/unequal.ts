import type { Activation } from '../activation.ts';
import { erf } from '../activations/erf.ts';
import { scaled_erf } from '../activations/scaled-erf.ts';
import { ParameterError } from '../parameter-error.ts';
import { numericUnequal } from './numeric.ts';

/** Averages of two inputs of different variances q_a and q_b. */
export type UnequalPair = {
  /** E[(φ(u_a) − φ(0))(φ(u_b) − φ(0))] / √(q_a q_b) */
  readonly overlap: number;
  /** E[φ′(u_a) φ′(u_b)] */
  readonly slope: number;
};

/** The averages at variances q_a and q_b, as a function of the misalignment m = 1 − c in [0, 2]. */
export type UnequalKernel = (q_a: number, q_b: number) => (m: number) => UnequalPair;

/** The arcsine kernel of φ(x) = erf(scale · x). */
const arcsine =
  (scale: number): UnequalKernel =>
  (q_a, q_b) => {
    const [a, b] = [2 * scale * scale * q_a, 2 * scale * scale * q_b];
    const size = Math.sqrt(a) * Math.sqrt(b);
    return (m) => {
      const shared = size * (1 - m);
      // the cosine of the angle by its own formula: near ±1 the arcsine would lose half the digits
      const apart = Math.sqrt(1 + a + b + a * b * m * (2 - m));
      return {
        overlap: ((4 * scale * scale) / Math.PI) * (Math.atan2(shared, apart) / size),
        slope: (4 * scale * scale) / (Math.PI * apart),
      };
    };
  };

/** Closed forms of single entries. */
const CLOSED = new Map<Activation, UnequalKernel>([
  [erf, arcsine(1)],
  [scaled_erf, arcsine(Math.sqrt(Math.PI) / 2)],
]);

/**
 * The averages of two inputs that have variances of their own: u_a = √q_a z₁ and u_b = √q_b (c z₁ + √(1 − c²) z₂). For
 * φ(ax) = a φ(x) they are those of equal variances, since √q comes out of φ; for erf the arcsine kernel of any covariance;
 * for the rest quadrature in two dimensions, about a millisecond each. The overlap is good to about 1e-13 of
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
  for (const [name, q] of Object.entries({ q_a, q_b }))
    if (!(q > 0 && q < Number.POSITIVE_INFINITY))
      throw new ParameterError(name, 'out_of_range', `${name} must be a positive finite number.`, {
        min: 0,
      });
  if (activation.homogeneous) {
    const pair = activation.pair(1);
    const square = activation.ratio_at_zero; // E[φ²] / q, and E[φ′²] too
    return (m) => {
      if (m === 0) return { overlap: square, slope: square };
      const { gap, slope } = pair(m);
      return { overlap: square - gap, slope };
    };
  }
  return (CLOSED.get(activation) ?? numericUnequal(activation))(q_a, q_b);
}
