const identity = { gain: () => 1, why: 'a linear map keeps the variance with sigma_w2 = 1' } as const;

/** The gains that PyTorch tabulates, with what each of them is worth. */
export const PYTORCH_GAINS = {
  linear: identity,
  conv1d: identity,
  conv2d: identity,
  conv3d: identity,
  conv_transpose1d: identity,
  conv_transpose2d: identity,
  conv_transpose3d: identity,
  sigmoid: { gain: () => 1, why: 'no derivation: chi_1 = 1 at q = 1 would need about 4.7' },
  tanh: {
    gain: () => 5 / 3,
    why: 'a rounded empirical value: sigma_w2 = 2.78 is chaotic for sigma_b2 below 0.457',
  },
  relu: { gain: () => Math.SQRT2, why: 'keeps the second moment and chi_1 = 1 at once' },
  leaky_relu: {
    gain: (slope: number) => Math.sqrt(2 / (1 + slope * slope)),
    why: 'keeps the second moment and chi_1 = 1 at once; the negative slope is 0.01 by default',
  },
  selu: { gain: () => 3 / 4, why: 'chosen by trial; self-normalisation needs 1 (nonlinearity "linear")' },
} as const satisfies Record<string, { gain: (slope: number) => number; why: string }>;

/** A name that `torch.nn.init.calculate_gain` knows. */
export type PytorchGainName = keyof typeof PYTORCH_GAINS;

/**
 * The gain that `torch.nn.init.calculate_gain` returns.
 *
 * @param nonlinearity a name of {@link PYTORCH_GAINS}
 * @param slope negative slope, for `leaky_relu`; 0.01 by default
 * @throws RangeError for an unknown name or a slope that is not finite
 * @see PyTorch, torch/nn/init.py, `calculate_gain`
 * @example calculateGain('tanh') // 1.6666666666666667
 */
export function calculateGain(nonlinearity: PytorchGainName, slope = 0.01): number {
  if (!Object.hasOwn(PYTORCH_GAINS, nonlinearity))
    throw new RangeError(
      `Unknown nonlinearity "${nonlinearity}". Known: ${Object.keys(PYTORCH_GAINS).join(', ')}.`,
    );
  if (!Number.isFinite(slope)) throw new RangeError('slope must be a finite number.');
  return PYTORCH_GAINS[nonlinearity].gain(slope);
}
