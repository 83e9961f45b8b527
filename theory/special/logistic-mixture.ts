/** A discrete distribution: weights that add up to one at positive points. */
export type Mixture = { readonly variances: Float64Array; readonly weights: Float64Array };

/**
 * Density of the variance of the Gaussian scale mixture that is the distribution with density 1/(2 cosh² x): the
 * square of a Kolmogorov–Smirnov variable. Two forms of one theta function, each where it converges at once.
 */
function density(v: number): number {
  let sum = 0;
  if (v > 0.9) {
    for (let n = 8; n >= 1; n--) sum += (n % 2 ? 4 : -4) * n * n * Math.exp(-2 * n * n * v);
    return sum;
  }
  for (let k = 8; k >= 1; k--) {
    const b = ((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * v);
    sum += Math.exp(-b) * (b - 0.5);
  }
  return Math.sqrt(2 * Math.PI) * sum * v ** -1.5;
}

/**
 * Variances vᵢ and weights wᵢ with tanh x = Σ wᵢ erf(x / √(2 vᵢ)), to about 1e-15: tanh x is the mean of sgn(x + n) over
 * a logistic n of density 1/(2 cosh² n), and a logistic variable is a normal one whose standard deviation is random and
 * Kolmogorov–Smirnov distributed. Averages of tanh are therefore averages of closed forms of erf, at a cost that does
 * not depend on the variance of x. The rule is a trapezoid one in ln v, where the density dies off doubly
 * exponentially at both ends.
 *
 * @see Andrews, Mallows 1974, "Scale mixtures of normal distributions" (the logistic distribution); Kolmogorov 1933 for
 * the two series
 * @example logisticMixture().weights.reduce((a, b) => a + b) // 1
 */
export function logisticMixture(): Mixture {
  const step = 0.2;
  const variances: number[] = [];
  const weights: number[] = [];
  for (let k = -17; k <= 15; k++) {
    const v = Math.exp(k * step);
    variances.push(v);
    weights.push(step * v * density(v));
  }
  return { variances: new Float64Array(variances), weights: new Float64Array(weights) };
}
