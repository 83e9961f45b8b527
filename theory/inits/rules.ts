import type { FanMode, InitDefaults, InitParameterName } from '../../catalogue/inits.ts';
import { normalCdf } from '../averages/special.ts';
import { checkNotNegative, checkPositive, ParameterError } from '../parameter-error.ts';
import { type Gain, squaredGain } from './gains.ts';

/** The sizes of a layer that an initialiser looks at. */
export type LayerShape = {
  /** inputs that one output sums over */
  readonly fan_in?: number;
  /** as the framework counts it; of a fully connected layer its outputs */
  readonly fan_out?: number;
  /** outputs (of a convolution its output channels); fan_out by default */
  readonly outputs?: number;
};

/** The parameters of initialisers, by the names that the frameworks give them (`std` is stddev in some). */
export type InitParameters = {
  readonly [name in Exclude<InitParameterName, 'gain'>]?: NonNullable<InitDefaults[name]>;
} & {
  /** multiplies the weights */
  readonly gain?: Gain;
  /** the square of the gain, in its place */
  readonly sigma_w2?: number;
};

/** A layer and the parameters that are given, or stand for those that are not. */
export type InitArguments = LayerShape & InitParameters;

type Sized = InitArguments & Required<LayerShape>;

/** Where the variance of weights comes from; `usual` are the defaults of the initialiser, as far as it takes parameters. */
export type Rule = {
  /** the sizes that the answer depends on */
  readonly sizes: (of: InitArguments, usual: InitDefaults) => readonly (keyof LayerShape)[];
  /** Var(W) · fan_in, of checked arguments */
  readonly sigma_w2: (of: Sized, usual: InitDefaults) => number;
};

/** The variance of a standard normal cut off at ±2 standard deviations: 1 − 4 φ(2) / (2 Φ(2) − 1). */
export const TRUNCATED_VARIANCE = 0.7737413035499231;

/**
 * The variance of a standard normal that is drawn again where it lies beyond ±cut; Infinity cuts nothing off.
 *
 * @see Johnson, Kotz, Balakrishnan 1994, "Continuous univariate distributions", vol. 1, section 10.1
 */
export function truncatedVariance(cut: number): number {
  if (cut < 1) return cutMoment(cut, 3) / cutMoment(cut, 1);
  if (cut > 40) return 1;
  const density = Math.exp((-cut * cut) / 2) / Math.sqrt(2 * Math.PI);
  return 1 - (2 * cut * density) / (2 * normalCdf(cut) - 1);
}

/** ∫ z^(power − 1) exp(−z²/2) dz from 0 to cut: for a narrow cut the closed form cancels. */
function cutMoment(cut: number, power: 1 | 3): number {
  let term = cut ** power;
  let sum = 0;
  for (let k = 0; Math.abs(term) > sum * 1e-18; k++) {
    sum += term / (2 * k + power);
    term *= (-cut * cut) / (2 * (k + 1));
  }
  return sum;
}

/** The sizes that a mode divides by; fan_in cancels where it is the only one. */
const listFans = (mode: FanMode): readonly (keyof LayerShape)[] =>
  mode === 'fan_in' ? [] : ['fan_in', 'fan_out'];

/** `scale` over the fan of a mode, times fan_in. */
const SCALED: Record<FanMode, (scale: number, of: Sized) => number> = {
  fan_in: (scale) => scale,
  fan_out: (scale, { fan_in, fan_out }) => (scale * fan_in) / fan_out,
  fan_avg: (scale, { fan_in, fan_out }) => (2 * scale * fan_in) / (fan_in + fan_out),
  fan_geo_avg: (scale, { fan_in, fan_out }) => scale * Math.sqrt(fan_in / fan_out),
};

/** The square of the gain that is given, one way or the other. */
const readSquaredGain = ({ sigma_w2, gain = 1 }: InitArguments): number => sigma_w2 ?? squaredGain(gain);

/** Variance `scale` over a fan, without parameters. */
export const fixedScale = (scale: number, mode: FanMode): Rule => ({
  sizes: () => listFans(mode),
  sigma_w2: (of) => SCALED[mode](scale, of),
});

/** Variance gain² over a fan. */
export const gainOver = (mode: FanMode): Rule => ({
  sizes: () => listFans(mode),
  sigma_w2: (of) => SCALED[mode](readSquaredGain(of), of),
});

/** The same with the mode as a parameter. */
export const gainOverMode: Rule = {
  sizes: ({ mode }, usual) => listFans(mode ?? usual.mode),
  sigma_w2: (of, usual) => SCALED[of.mode ?? usual.mode](readSquaredGain(of), of),
};

/** PyTorch's kaiming: the gain is that of a nonlinearity, leaky_relu with slope 0 unless another is named. */
export const kaiming: Rule = {
  sizes: ({ mode }, usual) => listFans(mode ?? usual.mode),
  sigma_w2: (of, usual) => SCALED[of.mode ?? usual.mode](kaimingSquare(of), of),
};

function kaimingSquare(of: InitArguments): number {
  const { gain, sigma_w2, nonlinearity, a } = of;
  const given = gain ?? sigma_w2;
  if (given !== undefined && (nonlinearity !== undefined || a !== undefined))
    throw new ParameterError(
      'gain',
      'conflict',
      'gain and the nonlinearity (or its slope a) say the same thing: give one of them.',
    );
  if (given !== undefined) return readSquaredGain(of);
  if (a !== undefined && nonlinearity !== undefined && nonlinearity !== 'leaky_relu')
    throw new ParameterError(
      'a',
      'not_applicable',
      `a is the slope of leaky_relu: nonlinearity=${nonlinearity} has none.`,
    );
  return squaredGain(nonlinearity ?? 'leaky_relu', a ?? 0);
}

/** `VarianceScaling`: the truncated normal law is widened, so that what is left has the variance asked for. */
export const varianceScaling: Rule = {
  sizes: ({ mode }, usual) => listFans(mode ?? usual.mode),
  sigma_w2(of, usual) {
    const { scale = usual.scale, mode = usual.mode } = of;
    checkPositive({ scale });
    return SCALED[mode](scale, of);
  },
};

/** Orthonormal rows or columns, whichever are fewer, times a gain. */
export const isometry: Rule = {
  sizes: () => ['fan_in', 'outputs'],
  sigma_w2: (of) => (readSquaredGain(of) * of.fan_in) / Math.max(of.fan_in, of.outputs),
};

/** One standard deviation whatever the layer; `share` of its square is left. */
const deviation = (share: number): Rule => ({
  sizes: () => ['fan_in'],
  sigma_w2: (of, usual) => squaredDeviation(of.std ?? usual.std) * share * of.fan_in,
});

/** Normal, with a standard deviation. */
export const normal = deviation(1);

/** Normal, cut off at two standard deviations and not widened. */
export const truncatedNormal = deviation(TRUNCATED_VARIANCE);

/** PyTorch's truncated normal law, whose ends are numbers and not multiples of the standard deviation. */
export const truncatedBetween: Rule = {
  sizes: () => ['fan_in'],
  sigma_w2(of, usual) {
    const { std = usual.std, fan_in } = of;
    const end = symmetricEnd('a', of.a ?? usual.a, 'b', of.b ?? usual.b);
    return squaredDeviation(std) * (std > 0 ? truncatedVariance(end / std) : 0) * fan_in;
  },
};

/** Uniform between two ends, by the names that they go by. */
export const uniformBetween = (low: 'a' | 'minval', high: 'b' | 'maxval'): Rule => ({
  sizes: () => ['fan_in'],
  sigma_w2(of, usual) {
    const end = symmetricEnd(low, of[low] ?? usual[low], high, of[high] ?? usual[high]);
    return ((end * end) / 3) * of.fan_in;
  },
});

function squaredDeviation(std: number): number {
  checkNotNegative({ std });
  return std * std;
}

/** The upper end of an interval about 0: weights whose mean is not 0 are no subject of this theory. */
function symmetricEnd(low: string, from: number | null, high: string, to: number | null): number {
  if (!(to !== null && to > 0 && to < Number.POSITIVE_INFINITY && from === -to))
    throw new ParameterError(
      low,
      'out_of_range',
      `${low} must be −${high}, and ${high} positive: the theory is about weights of mean 0.`,
    );
  return to;
}
