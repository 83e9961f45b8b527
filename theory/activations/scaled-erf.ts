import type { Activation } from '../activation.ts';
import { erf } from './erf.ts';
import { wrap } from './wrap.ts';

/**
 * φ(x) = erf(√π/2 · x), the error function with slope 1 at 0.
 *
 * @see Williams 1998, "Computation with infinite neural networks", the kernel of erf, at √π/2 times the input
 * @example scaled_erf.moments(1e-9).ratio // 0.99999999…
 */
export const scaled_erf: Activation = {
  ...wrap(erf, { input_scale: Math.sqrt(Math.PI) / 2 }),
  input_scale: 1,
  name: 'scaled_erf',
  formula: 'erf(√π/2 · x)',
  reference: 'Williams 1998',
  ratio_at_zero: 1,
};
