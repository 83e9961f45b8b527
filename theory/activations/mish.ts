import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

/** tanh(softplus(x)) = n / (n + 2) with n = eˣ(eˣ + 2): beyond this x it is 1 to the last digit. */
const FULL = 20;

/**
 * φ(x) = x tanh(ln(1 + eˣ)). It is a rational function of x and eˣ whose nearest poles, (1 + eˣ)² = −1, are
 * ln √2 ± 3πi/4.
 *
 * @see Misra 2019, "Mish: a self regularized non-monotonic activation function"
 * @example mish.moments(1).ratio // 0.45234…
 */
export const mish = tabulated(
  numeric({
    name: 'mish',
    formula: 'x tanh(ln(1 + exp(x)))',
    reference: 'Misra 2019; Gauss–Legendre panels, tabulated',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: Math.LN2 / 2, width: (3 * Math.PI) / 4 }],
    phi: (x) => {
      if (x > FULL) return x;
      const e = Math.exp(x);
      const n = e * (e + 2);
      return (x * n) / (n + 2);
    },
    derivative: (x) => {
      if (x > FULL) return 1;
      const e = Math.exp(x);
      const n = e * (e + 2);
      return n / (n + 2) + (4 * x * e * (e + 1)) / (n + 2) ** 2;
    },
  }),
);
