import { GAIN_NAMES, type GainName } from '../../catalogue/inits.ts';
import type { Activation } from '../activation.ts';
import { checkNotNegative, checkPositive, ParameterError } from '../parameter-error.ts';

type PytorchGain = {
  readonly gain: (slope: number) => number;
  /** the gain's square, without the rounding of a root */
  readonly square: (slope: number) => number;
};

const identity: PytorchGain = { gain: () => 1, square: () => 1 };

const GAINS: Readonly<Record<GainName, PytorchGain>> = {
  linear: identity,
  conv1d: identity,
  conv2d: identity,
  conv3d: identity,
  conv_transpose1d: identity,
  conv_transpose2d: identity,
  conv_transpose3d: identity,
  sigmoid: identity,
  tanh: { gain: () => 5 / 3, square: () => 25 / 9 },
  relu: { gain: () => Math.SQRT2, square: () => 2 },
  leaky_relu: {
    gain: (slope) => Math.sqrt(2 / (1 + slope * slope)),
    square: (slope) => 2 / (1 + slope * slope),
  },
  selu: { gain: () => 3 / 4, square: () => 9 / 16 },
};

/** A gain as people give it: a number, or the name of a nonlinearity that PyTorch has a gain for. */
export type Gain = number | GainName;

/**
 * The gain that `torch.nn.init.calculate_gain` returns.
 *
 * @param nonlinearity a name that `calculate_gain` knows
 * @param slope negative slope, for `leaky_relu`; 0.01 by default
 * @throws ParameterError for an unknown name or a slope that is not finite
 * @see PyTorch, torch/nn/init.py, `calculate_gain`
 * @example calculateGain('tanh') // 1.6666666666666667
 */
export function calculateGain(nonlinearity: GainName, slope = 0.01): number {
  return readEntry(nonlinearity, slope).gain(slope);
}

/**
 * The square of a gain: the factor by which it multiplies the variance of the weights.
 *
 * @param gain a number, not negative, or a name that `calculate_gain` knows
 * @param slope negative slope, for `leaky_relu`; 0.01 by default
 * @throws ParameterError for an unknown name, a negative gain, or a slope that is not finite
 * @example squaredGain('relu') // 2
 */
export function squaredGain(gain: Gain, slope = 0.01): number {
  if (typeof gain !== 'number') return readEntry(gain, slope).square(slope);
  checkNotNegative({ gain });
  return gain * gain;
}

function readEntry(nonlinearity: GainName, slope: number): PytorchGain {
  if (!Object.hasOwn(GAINS, nonlinearity))
    throw new ParameterError(
      'nonlinearity',
      'unknown_name',
      `Unknown nonlinearity "${nonlinearity}". Known: ${GAIN_NAMES.join(', ')}.`,
    );
  if (!Number.isFinite(slope))
    throw new ParameterError('a', 'out_of_range', 'The negative slope must be a finite number.');
  return GAINS[nonlinearity];
}

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
 * @example computeGains(relu) // { inverse_std: 1.712858550449663, second_moment: 1.414…, chi_1: 1.414… }
 */
export function computeGains(activation: Activation, q = 1): Gains {
  checkPositive({ q });
  const { ratio, variance, slope2 } = activation.moments(q);
  return {
    inverse_std: variance > 0 ? 1 / Math.sqrt(q * variance) : null,
    second_moment: 1 / Math.sqrt(q * ratio + activation.level ** 2),
    chi_1: 1 / Math.sqrt(slope2),
  };
}
