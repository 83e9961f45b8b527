import { TECHNIQUES } from '../../theory/index.ts';
import type { Network } from './network.ts';

/** A question of `depthScales` drawn over the whole space of parameters. */
export type Drawn = Network & { readonly q0_b: number; readonly c: number };

const TECHNIQUE_NAMES = Object.keys(TECHNIQUES).filter((name) => name !== 'ic');

/** Numbers of the techniques that are not told by keep alone. */
const NUMBERS: Readonly<Record<string, (next: () => number) => Readonly<Record<string, number>>>> = {
  gaussian: (next) => ({ noise_variance: 2 * next() }),
  vsd: (next) => ({ noise_mean_alpha: 2 * next() }),
  uniform: (next) => {
    const low = 1.5 * next() - 0.5;
    return { noise_low: low, noise_high: low + 0.1 + 2 * next() };
  },
  beta: (next) => ({ noise_a: 0.2 * 50 ** next(), noise_b: 0.2 * 50 ** next() }),
  concrete: (next) => ({ noise_temperature: 0.1 * 30 ** next() }),
  advanced: (next) => ({ noise_mu: 6 * next() - 3, noise_sigma: 0.1 + 3 * next() }),
  tabu: (next) => ({ noise_tenure: 1 + Math.floor(4 * next()) }),
};

/** Techniques that take no keep besides, or none at all. */
const WITHOUT_KEEP = ['none', 'gaussian', 'vsd', 'uniform', 'beta', 'advanced'];

/**
 * A random network: every technique, masks from apart to shared, affine maps around φ, the ends of the ranges among the numbers.
 *
 * @param activation its name
 * @param own parameters of the activation, each with its range
 * @param next uniform numbers in [0, 1)
 */
export function draw(
  activation: string,
  own: Readonly<Record<string, { readonly min: number; readonly max: number }>>,
  next: () => number,
): Drawn {
  const among = <T>(...values: readonly T[]) => values[Math.floor(values.length * next())] as T;
  const size = (low: number, high: number, ...ends: readonly number[]) =>
    next() < 0.1 ? among(...ends) : low * (high / low) ** next();
  const technique = next() < 0.4 ? 'bernoulli' : among(...TECHNIQUE_NAMES);
  const keep = size(0.2, 1, 1, 0.999999, 0.001, 0.5);
  const parameters = Object.entries(own).flatMap(([name, { min, max }]) =>
    next() < 0.7 ? [[name, min + (max - min) * next()]] : [],
  );
  const sign = () => (next() < 0.25 ? -1 : 1);
  const around = among<Readonly<Record<string, number>>>(
    {},
    { input_shift: 8 * next() - 4 },
    { input_scale: sign() * 0.2 * 25 ** next(), output_scale: sign() * 0.2 * 10 ** next() },
    { output_shift: 2 * next() - 1 },
    {
      input_shift: 3 * next() - 1.5,
      input_scale: sign() * 0.3 * 9 ** next(),
      output_shift: 2 * next() - 1,
      output_scale: sign() * 0.3 * 9 ** next(),
    },
  );
  return {
    activation,
    technique,
    ...(WITHOUT_KEEP.includes(technique) ? {} : { keep }),
    ...(NUMBERS[technique]?.(next) ?? {}),
    ...Object.fromEntries(parameters),
    ...around,
    mask: among(0, 0, 0, 1, next()),
    sigma_w2: size(0.05, 20, 1e-12, 1, 2, 1000),
    sigma_b2: next() < 0.3 ? 0 : size(1e-4, 4, 1e-12, 1e-6, 1000),
    q0: size(1e-4, 1e4, 1, 1e-12, 1e12),
    q0_b: size(1e-3, 1e3, 1, 1e-6, 1e6),
    c: among(0, 0.5, -0.5, 0.999, 2 * next() - 1),
  };
}
