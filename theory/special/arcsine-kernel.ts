import type { UnequalKernel } from '../activation.ts';

/**
 * The arcsine kernel of erf(x / √(2v)) and erf(x / √(2w)) between two inputs of any variances.
 *
 * @param v half the inverse square of the first scale: 1/2 for erf(x)
 * @param w likewise, of what the second input sees
 * @returns averages of the product and of the product of the derivatives
 * @see Williams 1998, "Computation with infinite neural networks"
 * @example arcsineKernel(0.5, 0.5)(1, 1)(0).overlap // E[erf²] = 0.46455905439754
 */
export function arcsineKernel(v: number, w: number): UnequalKernel {
  return (q_a, q_b) => {
    const [a, b] = [q_a / v, q_b / w];
    const size = Math.sqrt(a) * Math.sqrt(b);
    const scale = 2 / (Math.PI * Math.sqrt(v) * Math.sqrt(w));
    return (m) => {
      // the cosine of the angle by its own formula: near ±1 the arcsine would lose half the digits
      const apart = Math.sqrt(1 + a + b + a * b * m * (2 - m));
      return { overlap: scale * (Math.atan2(size * (1 - m), apart) / size), slope: scale / apart };
    };
  };
}
