import type { Activation } from '../activation.ts';
import { wrap } from '../activations/wrap.ts';
import type { Noise } from '../noise.ts';

/**
 * Affine noise as multiplicative noise of another activation: by completing the square,
 * E[(sφ + t)²] = E[s²] E[(φ + E[st]/E[s²])²] + E[t²] − E[st]²/E[s²]. Noise that only multiplies leaves φ as it is.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @returns the shifted φ, and what the rest adds to sigma_b2 in units of sigma_w2
 * @see Klambauer et al. 2017, "Self-normalizing neural networks", for alpha dropout, the noise that shifts
 * @example unshifted(selu, { s1: 1, s2: 1, variance: 0, t2: 0.5, st: 0.5 }).bias // 0.25
 */
export function unshifted(
  activation: Activation,
  { s2, t2 = 0, st = 0 }: Noise,
): { readonly activation: Activation; readonly bias: number } {
  if (t2 === 0) return { activation, bias: 0 };
  return { activation: wrap(activation, { output_shift: st / s2 }), bias: t2 - (st * st) / s2 };
}
