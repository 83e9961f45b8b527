import type { Technique } from '../noise.ts';
import { keptOf, valuesOf } from './given.ts';
import { squashedMoments } from './squashed.ts';

const parameters = {
  temperature: {
    default: 0.1,
    min: 1e-6,
    max: 100,
    about: 'temperature of the binary concrete distribution; towards 0 it is dropout',
  },
} as const;

/**
 * Concrete dropout: a differentiable mask m = σ((logit keep + logit u) / temperature) with u from U(0, 1), divided by
 * keep as is usual. That is not quite its mean, so that s1 is not quite 1, with the noise on and off.
 *
 * @see Gal, Hron, Kendall 2017, "Concrete dropout"; Maddison, Mnih, Teh 2017, "The concrete distribution"
 * @example concrete.noise({ keep: 0.5, temperature: 1 }).s2 // 4/3
 */
export const concrete: Technique = {
  name: 'concrete',
  reference: 'Gal, Hron and Kendall 2017; Maddison, Mnih and Teh 2017',
  takes_keep: true,
  parameters,
  noise: (given) => {
    const { keep, drop } = keptOf(given);
    const { temperature } = valuesOf(parameters, given);
    if (drop === 0) return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
    const { m1, m2, m3, m4, variance } = squashedMoments({
      location: (Math.log(keep) - Math.log(drop)) / temperature,
      scale: 1 / temperature,
      law: 'logistic',
      sides: [keep, drop],
    });
    const square = keep * keep;
    return {
      s1: m1 / keep,
      s2: m2 / square,
      variance: variance / square,
      off: m1 / keep,
      s3: m3 / (square * keep),
      s4: m4 / (square * square),
    };
  },
};
