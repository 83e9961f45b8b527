import { shrink } from './shrink.ts';

/**
 * Soft shrinkage: x less `threshold` (default 0.5) in size, and 0 where |x| is smaller.
 *
 * @see Donoho, Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage"
 * @example softshrink.phi(2) // 1.5
 */
export const softshrink = shrink('soft', {
  name: 'softshrink',
  formula: 'x − threshold for x > threshold, x + threshold for x < −threshold, else 0',
  reference: 'Donoho and Johnstone 1994; Plackett 1954',
});
