import { ParameterError } from '../parameter-error.ts';

type PytorchGain = {
  readonly gain: (slope: number) => number;
  /** the gain's square, without the rounding of a root */
  readonly square: (slope: number) => number;
  readonly why: string;
};

const identity = {
  gain: () => 1,
  square: () => 1,
  why: 'a linear map keeps the variance with sigma_w2 = 1',
} as const;

/** The gains that PyTorch tabulates, with what each of them is worth. */
export const PYTORCH_GAINS = {
  linear: identity,
  conv1d: identity,
  conv2d: identity,
  conv3d: identity,
  conv_transpose1d: identity,
  conv_transpose2d: identity,
  conv_transpose3d: identity,
  sigmoid: {
    gain: () => 1,
    square: () => 1,
    why: 'no derivation: chi_1 = 1 at q = 1 would need about 4.7',
  },
  tanh: {
    gain: () => 5 / 3,
    square: () => 25 / 9,
    why: 'a rounded empirical value: sigma_w2 = 2.78 is chaotic for sigma_b2 below 0.457',
  },
  relu: {
    gain: () => Math.SQRT2,
    square: () => 2,
    why: 'keeps the second moment and chi_1 = 1 at once',
  },
  leaky_relu: {
    gain: (slope: number) => Math.sqrt(2 / (1 + slope * slope)),
    square: (slope: number) => 2 / (1 + slope * slope),
    why: 'keeps the second moment and chi_1 = 1 at once; the negative slope is 0.01 by default',
  },
  selu: {
    gain: () => 3 / 4,
    square: () => 9 / 16,
    why: 'chosen by trial; self-normalisation needs 1 (nonlinearity "linear")',
  },
} as const satisfies Record<string, PytorchGain>;

/** A name that `torch.nn.init.calculate_gain` knows. */
export type PytorchGainName = keyof typeof PYTORCH_GAINS;

/** A gain as people give it: a number, or the name of a nonlinearity that PyTorch has a gain for. */
export type Gain = number | PytorchGainName;

/**
 * The gain that `torch.nn.init.calculate_gain` returns.
 *
 * @param nonlinearity a name of {@link PYTORCH_GAINS}
 * @param slope negative slope, for `leaky_relu`; 0.01 by default
 * @throws ParameterError for an unknown name or a slope that is not finite
 * @see PyTorch, torch/nn/init.py, `calculate_gain`
 * @example calculateGain('tanh') // 1.6666666666666667
 */
export function calculateGain(nonlinearity: PytorchGainName, slope = 0.01): number {
  return entryOf(nonlinearity, slope).gain(slope);
}

/**
 * The square of a gain: the factor by which it multiplies the variance of the weights.
 *
 * @param gain a number, not negative, or a name of {@link PYTORCH_GAINS}
 * @param slope negative slope, for `leaky_relu`; 0.01 by default
 * @throws ParameterError for an unknown name, a negative gain, or a slope that is not finite
 * @example squaredGain('relu') // 2
 */
export function squaredGain(gain: Gain, slope = 0.01): number {
  if (typeof gain !== 'number') return entryOf(gain, slope).square(slope);
  if (!(gain >= 0 && gain < Number.POSITIVE_INFINITY))
    throw new ParameterError('gain', 'out_of_range', 'gain must be a finite number, not negative.', {
      min: 0,
    });
  return gain * gain;
}

function entryOf(nonlinearity: PytorchGainName, slope: number): PytorchGain {
  if (!Object.hasOwn(PYTORCH_GAINS, nonlinearity))
    throw new ParameterError(
      'nonlinearity',
      'unknown_name',
      `Unknown nonlinearity "${nonlinearity}". Known: ${Object.keys(PYTORCH_GAINS).join(', ')}.`,
    );
  if (!Number.isFinite(slope))
    throw new ParameterError('a', 'out_of_range', 'The negative slope must be a finite number.');
  return PYTORCH_GAINS[nonlinearity];
}
