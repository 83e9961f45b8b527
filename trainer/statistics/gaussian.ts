/** ½ ln 2π. */
export const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * The logarithm of the density of N(mean, variance).
 *
 * @returns nats
 * @example logDensity(0, 0, 1) // -0.91893…
 */
export const logDensity = (x: number, mean: number, variance: number): number =>
  -HALF_LOG_TWO_PI - (Math.log(variance) + (x - mean) ** 2 / variance) / 2;

/** How good the predictions of a regression are. */
export type RegressionScores = {
  /** mean over the targets of −ln of their density, in nats */
  readonly nll: number;
  /** root mean square error, in the unit of the targets */
  readonly rmse: number;
};

/**
 * Scores of passes that each predict N(mean, variance) of each target: of the average of their densities, an equal mixture, and of the
 * average of their means.
 *
 * @param passes the means of each pass, one a target
 * @param targets what was to be predicted
 * @param variance the same of all
 * @throws where there is no pass, no target, or a pass of another length
 * @see Gal and Ghahramani 2016, "Dropout as a Bayesian approximation", section 4
 * @example scorePasses([[0], [2]], [1], 1).nll // 1.41893…
 */
export function scorePasses(
  passes: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  variance: number,
): RegressionScores {
  const count = targets.length;
  if (passes.length === 0 || count === 0) throw new Error('there is no pass, or no target');
  if (passes.some(({ length }) => length !== count))
    throw new Error('a pass has not as many means as there are targets');
  let [nll, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const target = targets[i] as number;
    const means = passes.map((pass) => pass[i] as number);
    nll -= logMeanExp(means.map((mean) => logDensity(target, mean, variance)));
    squares += (means.reduce((sum, mean) => sum + mean, 0) / means.length - target) ** 2;
  }
  return { nll: nll / count, rmse: Math.sqrt(squares / count) };
}

/** ln of the mean of exponentials, less the largest first so that they do not all vanish. */
function logMeanExp(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
  return largest + Math.log(sum / logs.length);
}
