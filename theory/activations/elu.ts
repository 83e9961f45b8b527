import type { Activation } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';

const alpha = { default: 1, min: 0, max: 10 } as const;

const withAlpha = (values: Readonly<Record<string, number>>): Activation => {
  const a = values.alpha ?? alpha.default;
  return {
    ...numeric({
      name: 'elu',
      formula: 'x for x > 0, alpha (exp(x) − 1) for x < 0',
      reference: 'Clevert et al. 2016; Gauss–Legendre panels split at 0',
      parity: 'none',
      asymptote: [0, 1],
      kinks: [0],
      features: [{ at: 0, width: 2 }],
      phi: (x) => (x > 0 ? x : a * Math.expm1(x)),
      derivative: (x) => (x > 0 ? 1 : a * Math.exp(x)),
    }),
    parameters: { alpha },
    at: withAlpha,
  };
};

/**
 * The exponential linear unit: x for x > 0 and alpha (eˣ − 1), alpha being 1 by default, for x < 0.
 *
 * @see Clevert, Unterthiner, Hochreiter 2016, "Fast and accurate deep network learning by exponential linear units"
 * @example elu.moments(1).lift // E[φ] = 0.16052…
 */
export const elu: Activation = withAlpha({});
