import type { Activation } from '../activation.ts';
import { elu } from './elu.ts';
import { wrap } from './wrap.ts';

/** The two constants for which mean 0 and variance 1 are a fixed point, as published. */
const [ALPHA, SCALE] = [1.6732632423543772, 1.0507009873554805];

/**
 * The self-normalising exponential linear unit, λ elu(x) with alpha 1.6733 and λ = 1.0507.
 *
 * @see Klambauer et al. 2017, "Self-normalizing neural networks"
 * @example selu.moments(1).ratio // 1
 */
export const selu: Activation = {
  ...wrap((elu.at ?? (() => elu))({ alpha: ALPHA }), { output_scale: SCALE }),
  name: 'selu',
  formula: '1.0507 x for x > 0, 1.7581 (exp(x) − 1) for x < 0',
  reference: 'Klambauer et al. 2017; Gauss–Legendre panels split at 0',
};
