import { homogeneous } from './homogeneous.ts';

/**
 * The rectifier φ(x) = max(x, 0), by the arc-cosine kernel of order one.
 *
 * @see Cho, Saul 2009, "Kernel methods for deep learning", the arc-cosine kernels of order 0 (slope) and 1
 * @example relu.moments(4).ratio // 0.5
 */
export const relu = homogeneous(0, 1, {
  name: 'relu',
  formula: 'max(x, 0)',
  reference: 'Cho and Saul 2009',
});
