import { ParameterError } from '../parameter-error.ts';
import { squaredGain } from './calculate-gain.ts';
import type { FanMode, InitArguments, LayerShape, WeightLaw, WeightRule } from './init.ts';
import { TRUNCATED_VARIANCE, truncatedVariance } from './truncated.ts';

type Sized = InitArguments & Required<LayerShape>;

/** The sizes that a mode divides by; fan_in cancels where it is the only one. */
const sizesOf = (mode: FanMode): readonly (keyof LayerShape)[] =>
  mode === 'fan_in' ? [] : ['fan_in', 'fan_out'];

/** `scale` over the fan of a mode, times fan_in. */
const SCALED: Record<FanMode, (scale: number, of: Sized) => number> = {
  fan_in: (scale) => scale,
  fan_out: (scale, { fan_in, fan_out }) => (scale * fan_in) / fan_out,
  fan_avg: (scale, { fan_in, fan_out }) => (2 * scale * fan_in) / (fan_in + fan_out),
  fan_geo_avg: (scale, { fan_in, fan_out }) => scale * Math.sqrt(fan_in / fan_out),
};

/** The square of the gain that is given, one way or the other. */
const squareOf = ({ sigma_w2, gain = 1 }: InitArguments): number => sigma_w2 ?? squaredGain(gain);

/** Variance `scale` over a fan, without parameters. */
export const fixedScale = (scale: number, mode: FanMode, law: WeightLaw): WeightRule => ({
  parameters: {},
  law,
  sizes: () => sizesOf(mode),
  sigma_w2: (of) => SCALED[mode](scale, of),
});

/** Variance gain² over a fan. */
export const gainOver = (mode: FanMode, law: WeightLaw): WeightRule => ({
  parameters: { gain: 1 },
  law,
  sizes: () => sizesOf(mode),
  sigma_w2: (of) => SCALED[mode](squareOf(of), of),
});

/** The same with the mode as a parameter. */
export const gainOverMode = (law: WeightLaw): WeightRule => ({
  parameters: { gain: 1, mode: 'fan_in' },
  law,
  sizes: ({ mode = 'fan_in' }) => sizesOf(mode),
  sigma_w2: (of) => SCALED[of.mode ?? 'fan_in'](squareOf(of), of),
});

/** PyTorch's kaiming: the gain is that of a nonlinearity, leaky_relu with slope 0 unless another is named. */
export const kaiming = (usualMode: FanMode, law: WeightLaw): WeightRule => ({
  parameters: { gain: Math.SQRT2, nonlinearity: 'leaky_relu', a: 0, mode: usualMode },
  law,
  sizes: ({ mode = usualMode }) => sizesOf(mode),
  sigma_w2: (of) => SCALED[of.mode ?? usualMode](kaimingSquare(of), of),
});

function kaimingSquare(of: InitArguments): number {
  const { gain, sigma_w2, nonlinearity, a } = of;
  const given = gain ?? sigma_w2;
  if (given !== undefined && (nonlinearity !== undefined || a !== undefined))
    throw new ParameterError(
      'gain',
      'conflict',
      'gain and the nonlinearity (or its slope a) say the same thing: give one of them.',
    );
  if (given !== undefined) return squareOf(of);
  if (a !== undefined && nonlinearity !== undefined && nonlinearity !== 'leaky_relu')
    throw new ParameterError(
      'a',
      'not_applicable',
      `a is the slope of leaky_relu: nonlinearity=${nonlinearity} has none.`,
    );
  return squaredGain(nonlinearity ?? 'leaky_relu', a ?? 0);
}

/** `VarianceScaling`: the truncated normal law is widened, so that what is left has the variance asked for. */
export const varianceScaling: WeightRule = {
  parameters: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
  law: 'truncated_normal',
  sizes: ({ mode = 'fan_in' }) => sizesOf(mode),
  sigma_w2(of) {
    const { scale = 1, mode = 'fan_in' } = of;
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY))
      throw new ParameterError('scale', 'out_of_range', 'scale must be a positive finite number.', {
        min: 0,
      });
    return SCALED[mode](scale, of);
  },
};

/** Orthonormal rows or columns, whichever are fewer, times a gain. */
export const isometry: WeightRule = {
  parameters: { gain: 1 },
  law: 'orthogonal',
  sizes: () => ['fan_in', 'outputs'],
  sigma_w2: (of) => (squareOf(of) * of.fan_in) / Math.max(of.fan_in, of.outputs),
};

/** One standard deviation whatever the layer; `share` of its square is left. */
const deviation = (std: number, law: WeightLaw, share: number): WeightRule => ({
  parameters: { std },
  law,
  sizes: () => ['fan_in'],
  sigma_w2: (of) => squaredDeviation(of.std ?? std) * share * of.fan_in,
});

/** Normal, with a standard deviation. */
export const normal = (std: number): WeightRule => deviation(std, 'normal', 1);

/** Normal, cut off at two standard deviations and not widened. */
export const truncatedNormal = (std: number): WeightRule =>
  deviation(std, 'truncated_normal', TRUNCATED_VARIANCE);

/** PyTorch's truncated normal law, whose ends are numbers and not multiples of the standard deviation. */
export const truncatedBetween: WeightRule = {
  parameters: { std: 1, a: -2, b: 2 },
  law: 'truncated_normal',
  sizes: () => ['fan_in'],
  sigma_w2({ std = 1, a = -2, b = 2, fan_in }) {
    const end = symmetric('a', a, 'b', b);
    return squaredDeviation(std) * (std > 0 ? truncatedVariance(end / std) : 0) * fan_in;
  },
};

/** Uniform between two ends, by the names that they go by. */
export const uniformBetween = <Low extends 'a' | 'minval', High extends 'b' | 'maxval'>(
  low: Low,
  high: High,
  usualEnd: number | null,
): WeightRule => ({
  parameters: { [low]: usualEnd === null ? null : -usualEnd, [high]: usualEnd },
  law: 'uniform',
  sizes: () => ['fan_in'],
  sigma_w2(of) {
    const end = symmetric(
      low,
      of[low] ?? -(usualEnd ?? Number.NaN),
      high,
      of[high] ?? usualEnd ?? Number.NaN,
    );
    return ((end * end) / 3) * of.fan_in;
  },
});

function squaredDeviation(std: number): number {
  if (!(std >= 0 && std < Number.POSITIVE_INFINITY))
    throw new ParameterError('std', 'out_of_range', 'std must be a finite number, not negative.', { min: 0 });
  return std * std;
}

/** The upper end of an interval about 0: weights whose mean is not 0 are no subject of this theory. */
function symmetric(low: string, from: number, high: string, to: number): number {
  if (!(to > 0 && to < Number.POSITIVE_INFINITY && from === -to))
    throw new ParameterError(
      low,
      'out_of_range',
      `${low} must be −${high}, and ${high} positive: the theory is about weights of mean 0.`,
    );
  return to;
}
