/** Points of the integral, and how far below its largest value the logarithm of the density may fall. */
const POINTS = 2 ** 18;
const DEPTH = 40;

/**
 * The inverse of the distribution function of Beta(a, b), for arguments that rise from call to call: the trapezoid rule over the logit
 * of the variable, whose density exp(a ln σ(y) + b ln σ(−y)) is smooth and falls exponentially on both sides whatever a and b.
 *
 * @param a first shape parameter, positive
 * @param b second shape parameter, positive
 * @returns a function from u in (0, 1), not below that of the call before, to the number in [0, 1]
 * @see Abramowitz and Stegun 1964, 26.5.1, for the distribution; Trefethen and Weideman 2014 for the rule
 * @example risingBetaInverse(0.5, 0.5)(0.25) // sin²(π/8) = 0.146446…
 */
export function risingBetaInverse(a: number, b: number): (u: number) => number {
  const log = (y: number) => -a * softplus(-y) - b * softplus(y);
  const mode = Math.log(a / b);
  const top = log(mode);
  const reach = (side: number) => {
    let away = 2 ** -12;
    while (top - log(mode + side * away) < DEPTH) away *= 1.5;
    return away;
  };
  const start = mode - reach(-1);
  const step = (mode + reach(1) - start) / POINTS;
  const density = (k: number) => Math.exp(log(start + k * step) - top);
  const below = new Float64Array(POINTS + 1);
  for (let k = 1, before = density(0); k <= POINTS; k++) {
    const now = density(k);
    below[k] = (below[k - 1] as number) + (before + now) / 2;
    before = now;
  }
  const whole = below[POINTS] as number;
  let k = 1;
  return (u) => {
    while (k < POINTS && (below[k] as number) < u * whole) k++;
    const [left, right] = [below[k - 1] as number, below[k] as number];
    return 1 / (1 + Math.exp(-(start + (k - 1 + (u * whole - left) / (right - left)) * step)));
  };
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
