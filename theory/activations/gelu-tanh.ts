import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

const SCALE = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/**
 * The approximation φ(x) = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 of gelu. Its poles, where the hyperbolic
 * tangent has its own, stay more than 2 away from the real line.
 *
 * @see Hendrycks, Gimpel 2016, "Gaussian error linear units"
 * @example gelu_tanh.moments(1).ratio // 0.4251…
 */
export const gelu_tanh = tabulated(
  numeric({
    name: 'gelu_tanh',
    formula: 'x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2',
    reference: 'Hendrycks and Gimpel 2016; Gauss–Legendre panels, tabulated',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [],
    features: [{ at: 0, width: 2 }],
    phi: (x) => x / (1 + Math.exp(-2 * SCALE * x * (1 + CUBE * x * x))),
    derivative: (x) => {
      const fade = Math.exp(-2 * SCALE * Math.abs(x) * (1 + CUBE * x * x));
      const whole = 1 + fade;
      const inner = 2 * SCALE * (1 + 3 * CUBE * x * x);
      return (x > 0 ? 1 : fade) / whole + (x * inner * fade) / (whole * whole);
    },
  }),
);
