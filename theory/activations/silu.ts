import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

/**
 * The sigmoid-weighted linear unit φ(x) = x / (1 + e⁻ˣ), also called swish; its nearest poles are ±iπ.
 *
 * @see Elfwing, Uchibe, Doya 2018, "Sigmoid-weighted linear units for neural network function approximation"
 * @example silu.moments(1).ratio // 0.35577…
 */
export const silu = tabulated(
  numeric({
    name: 'silu',
    formula: 'x / (1 + exp(−x))',
    reference: 'Elfwing et al. 2018; Gauss–Legendre panels, tabulated',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: 0, width: Math.PI }],
    phi: (x) => x / (1 + Math.exp(-x)),
    derivative: (x) => {
      const fade = Math.exp(-Math.abs(x));
      const whole = 1 + fade;
      return (x > 0 ? 1 : fade) / whole + (x * fade) / (whole * whole);
    },
  }),
);
