import { type Network, type PlainStack, plainNetwork } from '../../theory/index.ts';

/** A network of the trainer's, whose noise and weights are given otherwise, also that of its images. */
export const networkOf = (
  activation: 'tanh' | 'relu' | 'gelu_tanh',
  depth: number,
  width: number,
  own: Pick<PlainStack, 'carry' | 'branch' | 'ops'> = {},
): Network =>
  plainNetwork({
    ...{ activation, technique: 'none', mask: 'independent', q0: 1, sigma_w2: 1, sigma_b2: 0 },
    ...{ reads_data: true, input_noise: true, depth: depth + 1, width },
    ...own,
  });
