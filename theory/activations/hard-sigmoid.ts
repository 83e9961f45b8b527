import type { Activation } from '../activation.ts';
import { hard_tanh } from './hard-tanh.ts';
import { wrap } from './wrap.ts';

/**
 * The hard logistic function φ(x) = min(max(x/6 + 1/2, 0), 1), as in PyTorch, JAX and Keras 3. Keras 2 and ONNX have 0.2 x + 0.5
 * inside: that is this one at input_scale 1.2.
 *
 * @see Howard et al. 2019, "Searching for MobileNetV3"; Courbariaux, Bengio, David 2015, "BinaryConnect" (a steeper one)
 * @example hard_sigmoid.phi(1.5) // 0.75
 */
export const hard_sigmoid: Activation = {
  ...wrap(hard_tanh, { input_scale: 1 / 3, output_scale: 0.5, output_shift: 1 }),
  name: 'hard_sigmoid',
  formula: 'min(max(x/6 + 1/2, 0), 1)',
  reference: 'Howard et al. 2019; the averages of hard_tanh',
};
