import { tabulatedPiecewiseLinear } from './piecewise-linear.ts';

/**
 * The hard hyperbolic tangent φ(x) = min(max(x, −1), 1).
 *
 * @see Collobert 2004, "Large scale machine learning" (the function); Plackett 1954 (the averages)
 * @example hard_tanh.moments(1).slope2 // erf(1/√2) = 0.68268…
 */
export const hard_tanh = tabulatedPiecewiseLinear(
  { left: 0, kinks: [-1, 1], jumps: [1, -1], level: 0 },
  { name: 'hard_tanh', formula: 'min(max(x, −1), 1)', reference: 'Collobert 2004; Plackett 1954' },
);
