import { ParameterError } from '../theory/parameter-error.ts';
import { checkTabu, renewDrops, tabuDropRate } from '../theory/techniques/tabu.ts';

/** ln(1 + exp x). */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** What sigma is before the softplus, in the published layer. */
const RAW_SIGMA = 1.2;

/**
 * Where mu and sigma of a layer of advanced dropout start, averaged over the published random start (every weight of the
 * path to mu and sigma is U(0, 0.01), with floor(fan_in / 16) hidden units). These weights are all positive: inputs whose mean is
 * not 0 shift both, by about 1.56e-6 · fan_in² · mean, and at large widths the mask is almost binary from the start.
 *
 * @see the public code PRIS-CV/AdvancedDropout; with fan_in < 16, where that has no hidden unit, nothing is shifted
 * @example advancedStart(512, 0.3989422804) // { mu: 0.16420…, sigma: 1.59180… }
 */
export function advancedStart(fan_in: number, mean = 0): { mu: number; sigma: number } {
  if (!(Number.isInteger(fan_in) && fan_in >= 1))
    throw new ParameterError('fan_in', 'out_of_range', 'fan_in must be a whole number, 1 or more.', {
      min: 1,
    });
  if (!Number.isFinite(mean))
    throw new ParameterError('mean', 'out_of_range', 'mean must be a finite number.');
  const average = 0.005;
  const shift = Math.floor(fan_in / 16) * average * (average * fan_in * mean + average);
  return { mu: shift, sigma: softplus(RAW_SIGMA + shift) };
}

/**
 * The correlation, in the long run, between a unit's mask and its mask some passes later: (−p)^lag for tenure 1.
 *
 * @see Feller 1968, volume 1, chapter XIII, for renewal chains
 * @example tabuCorrelation(0.5, 2) // 0.25
 */
export function tabuCorrelation(p: number, lag: number, tenure = 1): number {
  checkTabu(p, tenure);
  if (!(Number.isInteger(lag) && lag >= 0))
    throw new ParameterError('lag', 'out_of_range', 'lag must be a whole number, 0 or more.', { min: 0 });
  if (lag === 0) return 1;
  if (tenure === 1) return (-p) ** lag;
  const rate = tabuDropRate(p, tenure);
  const again = renewDrops(p, tenure, lag, 1)[lag - 1] as number;
  return (again - rate) / (1 - rate);
}

/**
 * The variance of a unit's mask averaged over many passes, over that of independent masks with the same rate of drops:
 * (1 − p) / (1 + p) for tenure 1. Below 1: on slow time scales tabu dropout regularises less.
 *
 * @see Feller 1968, volume 1, chapter XIII.6: the variance of the number of renewals
 * @example tabuAveraging(0.5) // 0.3333333333333333
 */
export function tabuAveraging(p: number, tenure = 1): number {
  checkTabu(p, tenure);
  // Waiting times of mean tenure + 1/p and variance (1 − p)/p²; rate³ times that over rate (1 − rate).
  return (1 - p) / ((1 + tenure * p) * (1 + (tenure - 1) * p));
}
