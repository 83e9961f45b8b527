import type { Activation } from '../activation.ts';
import { leaky } from './leaky-relu.ts';

/**
 * The parametric rectifier at initialisation: slope 1 for x > 0 and `slope` (default 0.25) for x < 0. That training moves the
 * slope is not in the theory.
 *
 * @see He et al. 2015, "Delving deep into rectifiers"
 * @example prelu.moments(1).ratio // (1 + 1/16) / 2 = 0.53125
 */
export const prelu: Activation = leaky(0.25, {
  name: 'prelu',
  formula: 'x for x > 0, slope · x for x < 0',
  reference: 'He et al. 2015; Cho and Saul 2009',
});
