import type { Activation } from '../activation.ts';
import { plainMean, plainSquare } from '../averages/one-input.ts';
import { ParameterError } from '../parameter-error.ts';
import { twoInputs } from '../trajectory/averages.ts';
import { checkVariances, unequalPair } from './unequal.ts';

/** The plain averages of two inputs. */
export type Kernel = {
  /** E[φ(u_a) φ(u_b)] */
  readonly product: number;
  /** E[φ′(u_a) φ′(u_b)], with the derivative that training uses: jumps of φ have none */
  readonly slope: number;
};

/**
 * The two averages of a pair of inputs as they stand in the papers. Entries hold E[φ²] − E[φφ] over q in place of the first
 * one, which keeps its digits as c → 1; this is for reading, not for computing on.
 *
 * @param activation φ
 * @param q variance of the first input, positive
 * @param c correlation, −1 to 1
 * @param q_b variance of the second one; q by default
 * @throws ParameterError for a c outside [−1, 1], or variances that are not positive and finite
 * @see Poole et al. 2016; Cho, Saul 2009 and Williams 1998 for closed forms
 * @example kernelOf(relu, 1, 0).product // 1 / (2π)
 */
export function kernelOf(activation: Activation, q: number, c: number, q_b = q): Kernel {
  if (!(c >= -1 && c <= 1))
    throw new ParameterError('c', 'out_of_range', 'c must lie between −1 and 1.', { min: -1, max: 1 });
  checkVariances(q, q_b);
  if (q === q_b) {
    const { gap, slope, gradient = slope } = twoInputs(activation, q)(1 - c);
    return { product: plainSquare(activation, q) - q * gap, slope: gradient };
  }
  const { overlap, slope } = unequalPair(activation, q, q_b)(1 - c);
  const { level } = activation;
  const means = level === 0 ? 0 : level * (plainMean(activation, q) + plainMean(activation, q_b) - level);
  return { product: Math.sqrt(q) * Math.sqrt(q_b) * overlap + means, slope };
}
