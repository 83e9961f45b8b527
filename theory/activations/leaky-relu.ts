import type { Activation } from '../activation.ts';
import { homogeneous } from './homogeneous.ts';

const slope = { default: 0.01, min: -1, max: 1 } as const;

const leaky = (values: Readonly<Record<string, number>>): Activation => ({
  ...homogeneous(values.slope ?? slope.default, 1, {
    name: 'leaky_relu',
    formula: 'x for x > 0, slope · x for x < 0',
    reference: 'Maas et al. 2013; Cho and Saul 2009',
  }),
  parameters: { slope },
  at: leaky,
});

/**
 * The leaky rectifier: slope 1 for x > 0 and `slope` (default 0.01) for x < 0.
 *
 * @see Maas, Hannun, Ng 2013, "Rectifier nonlinearities improve neural network acoustic models"; He et al. 2015,
 * "Delving deep into rectifiers", for the variance: E[φ²] = (1 + slope²) q / 2
 * @example leaky_relu.at?.({ slope: 0.5 }).moments(1).ratio // 0.625
 */
export const leaky_relu: Activation = leaky({});
