import type { Activation } from '../activation.ts';

const MOMENTS = { ratio: 1, shortfall: 0, mean2: 0, slope2: 1, radial: 1 };

/**
 * The identity φ(x) = x. Its maps are linear in q and in the correlation.
 *
 * @see Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks"
 * @example linear.moments(2).ratio // 1
 */
export const linear: Activation = {
  name: 'linear',
  formula: 'x',
  reference: 'Saxe et al. 2014',
  parity: 'odd',
  homogeneous: true,
  slope_at_zero2: 1,
  bend: 0,
  kinks: [],
  phi: (x) => x,
  derivative: () => 1,
  moments: () => MOMENTS,
  pair: () => (m) => ({ gap: m, slope: 1 }),
};
