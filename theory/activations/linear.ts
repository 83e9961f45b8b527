import { homogeneous } from './homogeneous.ts';

/**
 * The identity φ(x) = x. Its maps are linear in q and in the correlation.
 *
 * @see Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks"
 * @example linear.moments(2).ratio // 1
 */
export const linear = homogeneous(1, 1, { name: 'linear', formula: 'x', reference: 'Saxe et al. 2014' });
