import { shrink } from './shrink.ts';

/**
 * Hard shrinkage: x where |x| > `threshold` (default 0.5), and 0 elsewhere. It jumps, so that two inputs that are nearly alike
 * part as √(1 − c): chi_aligned is infinite, while chi_1, which has the derivative of training in it, is not.
 *
 * @see Donoho, Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage" (the function); Price 1958, "A useful
 * theorem for nonlinear devices having Gaussian inputs" (the jumps in its averages)
 * @example hardshrink.moments(1).ratio // 0.96914040…
 */
export const hardshrink = shrink('hard', {
  name: 'hardshrink',
  formula: 'x for |x| > threshold, else 0',
  reference: 'Donoho and Johnstone 1994; Price 1958; Plackett 1954',
});
