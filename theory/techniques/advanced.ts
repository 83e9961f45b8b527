import type { Technique } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { takesNoKeep, valuesOf } from './given.ts';
import { squashedMoments } from './squashed.ts';

/** ln(1 + exp x). */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** What sigma is before the softplus, in the published layer. */
const RAW_SIGMA = 1.2;

const parameters = {
  mu: { default: 0, min: -50, max: 10000, about: 'mean of the logit of the mask' },
  sigma: {
    default: softplus(RAW_SIGMA),
    min: 0,
    max: 10000,
    about: 'standard deviation of the logit of the mask; softplus(1.2) at the start of training',
  },
} as const;

/**
 * Advanced dropout: a logit-normal mask m = σ(mu + sigma z), divided by Z = σ(mu / √(1 + 3.14 sigma² / 8)), the published approximation of its mean
 * (with 3.14, not π). mu and sigma are learned; see {@link advancedStart} for where they start.
 *
 * @see Xie et al. 2022, "Advanced dropout: a model-free methodology for Bayesian dropout optimization" (arXiv
 * 2010.05244), and its public code PRIS-CV/AdvancedDropout
 * @example advanced.noise({ mu: 0, sigma: 0 }) // { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 }
 */
export const advanced: Technique = {
  name: 'advanced',
  reference: 'Xie et al. 2022, and its public code',
  takes_keep: false,
  parameters,
  noise: (given) => {
    takesNoKeep('advanced', given);
    const { mu, sigma } = valuesOf(parameters, given);
    if (sigma === 0) return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
    const { m1, m2, m3, m4, variance } = squashedMoments({ location: mu, scale: sigma, law: 'normal' });
    const norm = 1 + Math.exp(-mu / Math.sqrt(1 + (3.14 / 8) * sigma * sigma)); // 1 / Z
    const square = norm * norm;
    return {
      s1: m1 * norm,
      s2: m2 * square,
      variance: variance * square,
      s3: m3 * square * norm,
      s4: m4 * square * square,
    };
  },
};

/**
 * Where mu and sigma of a layer of advanced dropout start, averaged over the published random start (every weight of the
 * path to mu and sigma is U(0, 0.01), with floor(fan_in / 16) hidden units). These weights are all positive: inputs whose mean is
 * not 0 shift both, by about 1.56e-6 · fan_in² · mean, and at large widths the mask is almost binary from the start.
 *
 * @param fan_in inputs of the layer
 * @param mean mean of those inputs, E[φ]; 0 by default
 * @returns mu and sigma, for `advanced.noise`
 * @throws ParameterError for a fan_in that is not a whole number, 1 or more, or a mean that is not finite
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
