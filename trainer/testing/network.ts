import { type Network, plainNetwork } from '../../theory/index.ts';

/** A network of the trainer's, whose noise and weights are given otherwise. */
export const networkOf = (
  activation: 'tanh' | 'relu' | 'gelu_tanh',
  depth: number,
  width: number,
  skip: { readonly carry?: number; readonly branch?: number } = {},
): Network =>
  plainNetwork({
    ...{ activation, technique: 'none', mask: 'independent', q0: 1, sigma_w2: 1, sigma_b2: 0 },
    ...{ reads_data: true, depth: depth + 1, width },
    ...skip,
  });
