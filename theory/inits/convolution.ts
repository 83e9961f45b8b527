import { ParameterError } from '../parameter-error.ts';
import type { LayerShape } from './rules.ts';

/** A convolution as frameworks take it. */
export type Convolution = {
  /** channels that it reads */
  readonly in_channels: number;
  /** channels that it writes; as many as it reads by default */
  readonly out_channels?: number;
  /** length of the kernel along each axis */
  readonly kernel: readonly number[];
  /** groups of channels that do not see each other; 1 by default */
  readonly groups?: number;
};

/**
 * The fans of a convolution as PyTorch, Keras and Flax count them: fan_in = in_channels / groups · ∏ kernel, the inputs of
 * one output, and fan_out = out_channels · ∏ kernel, whatever the groups. (Keras' DepthwiseConv2D and transposed
 * convolutions are counted otherwise.)
 *
 * @param convolution its sizes, whole numbers
 * @throws ParameterError for sizes that are not positive whole numbers, or groups that do not divide both channels
 * @see PyTorch, torch/nn/init.py, `_calculate_fan_in_and_fan_out`; Keras, `compute_fans`; JAX, `_compute_fans`
 * @example convolutionShape({ in_channels: 64, out_channels: 128, kernel: [3, 3] }) // { fan_in: 576, fan_out: 1152, outputs: 128 }
 */
export function convolutionShape(convolution: Convolution): Required<LayerShape> {
  const { in_channels, out_channels = in_channels, kernel, groups = 1 } = convolution;
  const sizes = { in_channels, out_channels, groups };
  for (const [name, size] of [
    ...Object.entries(sizes),
    ...kernel.map((length) => ['kernel_size', length] as const),
  ])
    if (!(Number.isSafeInteger(size) && size >= 1))
      throw new ParameterError(name, 'out_of_range', `${name} must be a whole number of at least 1.`, {
        min: 1,
      });
  if (in_channels % groups || out_channels % groups)
    throw new ParameterError(
      'groups',
      'out_of_range',
      `groups must divide in_channels (${in_channels}) and out_channels (${out_channels}).`,
    );
  const area = kernel.reduce((product, length) => product * length, 1);
  return { fan_in: (in_channels / groups) * area, fan_out: out_channels * area, outputs: out_channels };
}
