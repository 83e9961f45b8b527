import type { Activation } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';

/** What people mean by the gain of an activation. Each is a weight scale sigma_w; sigma_w2 is its square. */
export type Gains = {
  /** 1 / std φ(√q z): the output has variance 1 (what normaliser-free networks use); null where φ is constant */
  readonly inverse_std: number | null;
  /** 1 / √E[φ(√q z)²]: the next layer's q is 1, so q = 1 is kept when computed at q = 1 */
  readonly second_moment: number;
  /** 1 / √E[φ′(√q z)²]: the squared gradient keeps its size, chi_1 = 1, at this q */
  readonly chi_1: number;
};

/**
 * The three gains of an activation at one variance, without noise. With noise of second moment s2 divide
 * `second_moment` and `chi_1` by √s2.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive; 1 by default
 * @throws ParameterError for a q that is not positive
 * @see Brock et al. 2021, "Characterizing signal propagation to close the performance gap in unnormalized ResNets"
 * (1/std); He et al. 2015, "Delving deep into rectifiers" (second moment); Poole et al. 2016 (chi_1)
 * @example gainsOf(relu) // { inverse_std: 1.712858550449663, second_moment: 1.414…, chi_1: 1.414… }
 */
export function gainsOf(activation: Activation, q = 1): Gains {
  if (!(q > 0 && q < Number.POSITIVE_INFINITY))
    throw new ParameterError('q', 'out_of_range', 'q must be a positive finite number.', { min: 0 });
  const { ratio, variance, slope2 } = activation.moments(q);
  return {
    inverse_std: variance > 0 ? 1 / Math.sqrt(q * variance) : null,
    second_moment: 1 / Math.sqrt(q * ratio + activation.level ** 2),
    chi_1: 1 / Math.sqrt(slope2),
  };
}
