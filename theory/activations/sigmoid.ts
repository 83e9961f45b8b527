import type { Activation } from '../activation.ts';
import { tanh } from './tanh.ts';
import { wrap } from './wrap.ts';

/**
 * The logistic function φ(x) = 1 / (1 + e⁻ˣ) = (tanh(x/2) + 1) / 2.
 *
 * @see Schoenholz et al. 2017, "Deep information propagation", for the averages of tanh
 * @example sigmoid.level // 0.5
 */
export const sigmoid: Activation = {
  ...wrap(tanh, { input_scale: 0.5, output_scale: 0.5, output_shift: 1 }),
  input_scale: 1,
  name: 'sigmoid',
  formula: '1 / (1 + exp(−x))',
  reference: 'the averages of tanh',
};
