import type { Technique } from '../noise.ts';
import { takesNoKeep, valuesOf } from './given.ts';

const parameters = {
  a: { default: 1, min: 0, above: true, max: 1e6, about: 'first shape parameter of the Beta distribution' },
  b: { default: 1, min: 0, above: true, max: 1e6, about: 'second shape parameter of the Beta distribution' },
} as const;

/**
 * Beta dropout: a factor from Beta(a, b), divided by its mean a / (a + b). Beta(k r, k (1 − r)) is dropout with keep r
 * for k → 0 and no noise for k → ∞; a = b = 1 is the uniform distribution on (0, 2).
 *
 * @see Liu et al. 2019, "Beta-dropout: a unified dropout" (IEEE Access); Abramowitz, Stegun 1964, 26.1.33, for the moments
 * @example beta.noise({ a: 4, b: 1 }).s2 // 1.0416666666666667
 */
export const beta: Technique = {
  name: 'beta',
  reference: 'Liu et al. 2019',
  takes_keep: false,
  parameters,
  noise: (given) => {
    takesNoKeep('beta', given);
    const { a, b } = valuesOf(parameters, given);
    // E[mⁿ⁺¹] / E[mⁿ] of the Beta distribution, over its mean.
    const [second, third, fourth] = [1, 2, 3].map((n) => ((1 + n / a) * (a + b)) / (a + b + n)) as [
      number,
      number,
      number,
    ];
    return {
      s1: 1,
      s2: second,
      variance: b / a / (a + b + 1),
      s3: second * third,
      s4: second * third * fourth,
    };
  },
};
