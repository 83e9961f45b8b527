import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The smooth rectifier φ(x) = ln(1 + eˣ). Its derivative, the logistic function, has its nearest poles at ±iπ.
 *
 * @see Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing"
 * @example softplus.moments(1).ratio + Math.log(2) ** 2 // E[φ²] = 0.92124…
 */
export const softplus = tabulated(
  numeric({
    name: 'softplus',
    formula: 'ln(1 + exp(x))',
    reference: 'Dugas et al. 2001; Gauss–Legendre panels, tabulated',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: 0, width: Math.PI }],
    phi: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: logistic,
  }),
);
