import { homogeneous } from './homogeneous.ts';

/**
 * The absolute value φ(x) = |x|, by the arc-cosine kernel of order one made even.
 *
 * @see Cho, Saul 2009, "Kernel methods for deep learning", the arc-cosine kernels of order 0 (slope) and 1
 * @example abs.pair(1)(1).gap // 1 − 2/π
 */
export const abs = homogeneous(-1, 1, { name: 'abs', formula: '|x|', reference: 'Cho and Saul 2009' });
