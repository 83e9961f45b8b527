import type { Noise, Technique } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { isTuned, keptOf, valuesOf } from './given.ts';

const parameters = {
  low: { default: 1, min: -1e3, max: 1e3, about: 'smallest value of the noise factor' },
  high: { default: 1, min: -1e3, max: 1e3, about: 'largest value of the noise factor' },
} as const;

/**
 * Uniform noise: a factor from U(low, high), which is not divided by its mean. A keep in place of the two makes it
 * U(1 − d, 1 + d) with d² = 3 (1 − keep) / keep, which has the second moment of dropout and reaches below 0 where
 * keep < 3/4.
 *
 * @see Shen et al. 2018, "Continuous dropout" (IEEE Transactions on Neural Networks and Learning Systems)
 * @example uniform.noise({ low: 0, high: 2 }) // { s1: 1, s2: 1.3333333333333333, variance: 0.3333333333333333, s3: 2, s4: 3.2 }
 */
export const uniform: Technique = {
  name: 'uniform',
  reference: 'Shen et al. 2018',
  takes_keep: true,
  tuned_by_keep: true,
  parameters,
  noise: (given) => {
    if (isTuned({ name: 'uniform', parameters }, given)) {
      const { keep, drop } = keptOf(given);
      return around(1, drop / keep);
    }
    const { low, high } = valuesOf(parameters, given);
    if (!(low <= high && (low !== 0 || high !== 0)))
      throw new ParameterError(
        given.low === undefined ? 'high' : 'low',
        'conflict',
        'low must be at most high, and not both of them 0.',
      );
    return around((low + high) / 2, (high - low) ** 2 / 12);
  },
};

/** The moments of the uniform distribution of a mean, which stays with the noise off, and a variance; its fourth central moment is 9/5 variance². */
function around(mean: number, variance: number): Noise {
  const square = mean * mean;
  return {
    s1: mean,
    s2: square + variance,
    variance,
    ...(mean !== 1 && { off: mean }),
    s3: mean * (square + 3 * variance),
    s4: square * square + 6 * square * variance + (9 / 5) * variance * variance,
  };
}
