import type { Activation, Naming } from '../activation.ts';
import { homogeneous } from './homogeneous.ts';

/**
 * The rectifier that has a parameter `slope` for x < 0.
 *
 * @param usual its slope where none is given
 * @param naming name, formula and reference of the entry
 * @see Maas, Hannun, Ng 2013, "Rectifier nonlinearities improve neural network acoustic models"; Cho, Saul 2009
 * @example leaky(0.2, naming).phi(-1) // −0.2
 */
export function leaky(usual: number, naming: Naming): Activation {
  const slope = { default: usual, min: -1, max: 1 } as const;
  const at = (values: Readonly<Record<string, number>>): Activation => ({
    ...homogeneous(values.slope ?? usual, 1, naming),
    parameters: { slope },
    at,
  });
  return at({});
}

/**
 * The leaky rectifier: slope 1 for x > 0 and `slope` (default 0.01) for x < 0.
 *
 * @see Maas, Hannun, Ng 2013, "Rectifier nonlinearities improve neural network acoustic models"; He et al. 2015,
 * "Delving deep into rectifiers", for the variance: E[φ²] = (1 + slope²) q / 2
 * @example leaky_relu.at?.({ slope: 0.5 }).moments(1).ratio // 0.625
 */
export const leaky_relu: Activation = leaky(0.01, {
  name: 'leaky_relu',
  formula: 'x for x > 0, slope · x for x < 0',
  reference: 'Maas et al. 2013; Cho and Saul 2009',
});
