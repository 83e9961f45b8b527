import { tabulatedPiecewiseLinear } from './piecewise-linear.ts';

/**
 * The rectifier with a ceiling, φ(x) = min(max(x, 0), 6).
 *
 * @see Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10" (the function); Plackett 1954
 * (the averages)
 * @example relu6.moments(1e-3).ratio // 0.5
 */
export const relu6 = tabulatedPiecewiseLinear(
  { left: 0, kinks: [0, 6], jumps: [1, -1], level: 0 },
  { name: 'relu6', formula: 'min(max(x, 0), 6)', reference: 'Krizhevsky 2010; Plackett 1954' },
);
