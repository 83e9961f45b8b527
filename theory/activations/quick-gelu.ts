import type { Activation } from '../activation.ts';
import { tabulated } from '../averages/tabulated.ts';
import { silu } from './silu.ts';
import { wrap } from './wrap.ts';

const SCALE = 1.702;

/**
 * The logistic approximation φ(x) = x / (1 + exp(−1.702 x)) of gelu: silu with another scale.
 *
 * @see Hendrycks, Gimpel 2016, "Gaussian error linear units"
 * @example quick_gelu.moments(1).ratio // 0.4219…
 */
export const quick_gelu: Activation = {
  ...tabulated(wrap(silu, { input_scale: SCALE, output_scale: 1 / SCALE })),
  name: 'quick_gelu',
  formula: 'x / (1 + exp(−1.702 x))',
  reference: 'Hendrycks and Gimpel 2016; Gauss–Legendre panels, tabulated',
};
