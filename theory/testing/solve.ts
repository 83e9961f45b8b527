import { type DepthScales, depthScales } from '../depth-scales.ts';
import { type PlainStack, plainNetwork } from '../network.ts';

/** The depth scales of a plain network with dropout, each input with masks of its own; what a test gives stands in its place. */
export const solve = (
  given: Pick<PlainStack, 'activation' | 'sigma_w2' | 'sigma_b2' | 'keep'> & Partial<PlainStack>,
): DepthScales => depthScales(plainNetwork({ technique: 'bernoulli', mask: 'independent', q0: 1, ...given }));
