import { drawUniform, type Stream } from '../random/stream.ts';
import { normalQuantile, normalUpperTail } from './normal.ts';
import { checkLevel, describeSample, type Interval } from './paired.ts';

/** What {@link bootstrapInterval} finds. */
export type BootstrapInterval = {
  readonly mean: number;
  /** between quantiles of the resampled means */
  readonly percentile: Interval;
  /** bias-corrected and accelerated */
  readonly bca: Interval;
  /** z₀: the normal quantile of the share of resampled means below the mean */
  readonly bias: number;
  /** a: a sixth of the skewness of the mean, by the jackknife */
  readonly acceleration: number;
};

/**
 * Bootstrap intervals of a mean: resamples of the same size are drawn with replacement, and the intervals lie between
 * quantiles of their means. The percentile interval takes the quantiles of its own level; BCa moves them for the bias
 * and the skewness of the mean, which makes its error of coverage of order 1/n in place of 1/√n. Both are narrow where n
 * is small (below about 10).
 *
 * @param differences two values or more, in any unit
 * @param options the two-sided confidence level; the number of resamples, at least 2/(1 − level) so that the quantiles
 * lie among them; the stream that chooses them, which is drawn from differences.length times a resample
 * @returns the mean and the intervals, in the unit of the differences. Where all are equal, both intervals are that
 * value.
 * @throws where there are fewer than two differences or one is not finite, the level is not between 0 and 1, or the
 * resamples are too few
 * @see Efron 1987, "Better bootstrap confidence intervals"; Davison and Hinkley 1997, Bootstrap Methods and their
 * Application, section 5.3
 * @example bootstrapInterval([1, 2, 4, 8], { level: 0.95, resamples: 1999, stream: createStream(1, 'bootstrap') }).bca
 */
export function bootstrapInterval(
  differences: ArrayLike<number>,
  options: { readonly level: number; readonly resamples: number; readonly stream: Stream },
): BootstrapInterval {
  const { level, resamples, stream } = options;
  checkLevel(level);
  if (!Number.isInteger(resamples) || resamples * (1 - level) < 2 - 1e-9)
    throw new Error(`${resamples} resamples are too few for an interval of level ${level}`);
  const { mean, deviation } = describeSample(differences);
  const away = Float64Array.from(differences, (one) => one - mean);
  const means = resampleMeans(away, resamples, stream);
  const bias = normalQuantile(shareBelow(means, 1e-12 * deviation));
  if (!Number.isFinite(bias))
    throw new Error(`the means of ${resamples} resamples all lie on one side: too few`);
  const acceleration = findAcceleration(away);
  const normal = -normalQuantile((1 - level) / 2);
  const between = (low: number, high: number): Interval => ({
    lower: mean + quantileAt(means, normalUpperTail(-low)),
    upper: mean + quantileAt(means, normalUpperTail(-high)),
  });
  const corrected = (z: number) => {
    const shrink = 1 - acceleration * (bias + z);
    return shrink > 0 ? bias + (bias + z) / shrink : Math.sign(z) * Number.POSITIVE_INFINITY;
  };
  return {
    mean,
    percentile: between(-normal, normal),
    bca: between(corrected(-normal), corrected(normal)),
    bias,
    acceleration,
  };
}

/** The means of resamples, ascending. */
function resampleMeans(values: Float64Array, resamples: number, stream: Stream): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(drawUniform(stream) * n)] as number;
    return sum / n;
  }).sort();
}

/** The share of values below 0; those that are 0 within rounding count half. */
function shareBelow(values: Float64Array, rounding: number): number {
  let halves = 0;
  for (const value of values) halves += value < -rounding ? 2 : value <= rounding ? 1 : 0;
  return halves / (2 * values.length);
}

/** The acceleration of the mean of deviations: leaving out the i-th moves the mean by −dᵢ/(n − 1), and the factors cancel. */
function findAcceleration(deviations: Float64Array): number {
  const squares = deviations.reduce((sum, d) => sum + d ** 2, 0);
  const cubes = deviations.reduce((sum, d) => sum + d ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The quantile of p among ascending values: the (B + 1) p-th of B, interpolated, and never beyond the first and the last. */
function quantileAt(sorted: Float64Array, p: number): number {
  const place = Math.min(Math.max((sorted.length + 1) * p - 1, 0), sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}
