import type { Activation } from '../activation.ts';
import { softplus } from './softplus.ts';
import { wrap } from './wrap.ts';

/**
 * The logarithm of the logistic function, φ(x) = −ln(1 + e⁻ˣ): softplus turned over.
 *
 * @see Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing", for softplus
 * @example log_sigmoid.phi(0) // −ln 2 = −0.69314718…
 */
export const log_sigmoid: Activation = {
  ...wrap(softplus, { input_scale: -1, output_scale: -1 }),
  name: 'log_sigmoid',
  formula: '−ln(1 + exp(−x))',
  reference: 'the averages of softplus',
};
