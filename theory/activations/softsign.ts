import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

/** Below this angle between the inputs the kink makes averages slow. */
const LEAST = 0.35;

/**
 * φ(x) = x / (1 + |x|). Its second derivative jumps at 0; on each side it is analytic up to a pole at distance 1.
 *
 * @see Bergstra et al. 2009, "Quadratic polynomials learn better image features"
 * @example softsign.moments(1).ratio // 0.1830…
 */
export const softsign = tabulated(
  numeric({
    name: 'softsign',
    formula: 'x / (1 + |x|)',
    reference: 'Bergstra et al. 2009; Gauss–Legendre panels split at 0, tabulated',
    parity: 'odd',
    asymptote: [0, 0],
    kinks: [0],
    features: [{ at: 0, width: 1 }],
    phi: (x) => x / (1 + Math.abs(x)),
    derivative: (x) => (1 + Math.abs(x)) ** -2,
  }),
  { least: LEAST },
);
