/**
 * Beyond so many standard deviations the Gaussian weight is below 2e-17 and a node adds nothing.
 */
export const REACH = 8.8;

/**
 * The step of a trapezoid rule on the line that averages a function of x over N(0, σ²) to about 1e-17. The function is
 * analytic for |Im x| < strip, and its singularities there are poles of low order. The error of the rule is about
 * exp(−2π d/h + d²/2) with d = strip/σ and h = step/σ (the pole, times the Gaussian at the pole), or exp(−2π²/h²) where
 * the Gaussian itself is the limit (d beyond 2π/h).
 *
 * @param sigma standard deviation of x
 * @param strip half-width of the strip of analyticity, in units of x; Infinity for polynomials
 * @returns the step in units of x
 * @see Trefethen, Weideman 2014, "The exponentially convergent trapezoidal rule" (integrals over the line)
 * @example trapezoidStep(1, Infinity) // 0.6697…
 */
export function trapezoidStep(sigma: number, strip: number): number {
  const digits = 44; // −ln of the error: e^−44 is 8e-20, the margin is for the order of the pole
  const d = Math.min(strip / sigma, Math.sqrt(2 * digits));
  return (2 * Math.PI * d * sigma) / (digits + (d * d) / 2);
}

/**
 * The weights of the trapezoid rule with nodes z = k · step, k = 0, 1, …, for the mean of an even function of a standard
 * normal z; those of k > 0 stand for ±k.
 *
 * @param step distance of the nodes
 * @example normalWeights(0.5).reduce((a, b) => a + b) // 1
 */
export function normalWeights(step: number): Float64Array {
  const scale = (2 * step) / Math.sqrt(2 * Math.PI);
  const weights = Float64Array.from({ length: 1 + Math.ceil(REACH / step) }, (_, k) => {
    const z = k * step;
    return scale * Math.exp((-z * z) / 2);
  });
  weights[0] = scale / 2;
  return weights;
}
