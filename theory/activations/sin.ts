import { trigonometric } from './trigonometric.ts';

/**
 * The sine.
 *
 * @see Rahimi, Recht 2008, "Random features for large-scale kernel machines"
 * @example sin.moments(1).ratio // 0.43233…
 */
export const sin = trigonometric(0, { name: 'sin', formula: 'sin(x)', reference: 'Rahimi and Recht 2008' });
