import { trigonometric } from './trigonometric.ts';

/**
 * The cosine. E[φ²] falls with q: chi_q is negative.
 *
 * @see Rahimi, Recht 2008, "Random features for large-scale kernel machines"
 * @example cos.moments(1).ratio + 1 // E[φ²] = (1 + e⁻²)/2 = 0.56766…
 */
export const cos = trigonometric(Math.PI / 2, {
  name: 'cos',
  formula: 'cos(x)',
  reference: 'Rahimi and Recht 2008',
});
