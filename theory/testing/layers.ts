import type { Activation } from '../activation.ts';
import { type Block, type Network, plainBlock, readActivation } from '../network.ts';
import type { Mask, Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import type { Layer } from '../trajectory/layer.ts';
import { readLayers } from '../trajectory/layers.ts';

/** One value for all layers, or one for each. */
type PerLayer<T> = T | readonly T[];

/** Layers of any numbers: what `plainNetwork` has no words for. */
export type Stack = {
  readonly depth: number;
  readonly sigma_w2: PerLayer<number>;
  readonly sigma_b2: PerLayer<number>;
  readonly noise: PerLayer<Noise>;
  readonly batch_norm?: PerLayer<boolean>;
  readonly mask?: Mask;
  readonly mode?: 'train' | 'eval';
  readonly start?: 'preactivation' | 'input';
  readonly input_noise?: boolean;
  readonly carry?: PerLayer<number>;
  readonly branch?: PerLayer<number>;
};

/** A network of equal layers of any numbers. */
export function networkOf(
  activation: Activation,
  layer: Pick<Layer, 'sigma_w2' | 'sigma_b2' | 'noise' | 'carry' | 'branch' | 'batch_norm'>,
  q0 = 1,
): Network {
  const { sigma_w2, sigma_b2, noise, carry = 0, branch = 1, batch_norm = false } = layer;
  const own = { op: 'noise', technique: 'bernoulli', parameters: {}, keep: null, noise } as const;
  const phi = { ...readActivation({ activation: 'relu' }), phi: activation };
  const blocks = plainBlock({ activation: phi, batch_norm, noise: own, sigma_w2, sigma_b2, carry, branch });
  return { stem: { q0, ops: [] }, blocks, mask: 'independent' };
}

/** The layers of a stack, read from a network whose blocks are made by hand. */
export function layersOf(stack: Stack): Layer[] {
  const { depth, mask = 'independent', mode = 'train', start, input_noise = false } = stack;
  const at = <T>(value: PerLayer<T>, i: number): T => {
    if (!Array.isArray(value)) return value as T;
    if (value.length !== depth)
      throw new ParameterError('depth', 'conflict', `${value.length} values for ${depth} layers.`);
    return value[i] as T;
  };
  const opsAt = (i: number) => {
    const noise = {
      op: 'noise',
      technique: 'bernoulli',
      parameters: {},
      keep: null,
      noise: at(stack.noise, i),
    } as const;
    const norm = at(stack.batch_norm ?? false, i) ? [{ op: 'norm', kind: 'batch' } as const] : [];
    const weights = {
      op: 'linear',
      sigma_w2: at(stack.sigma_w2, i),
      sigma_b2: at(stack.sigma_b2, i),
    } as const;
    return { noise, norm, weights };
  };
  const blockAt = (i: number): Block => {
    const { noise, norm, weights } = opsAt(i);
    const [a2, b2] = [at(stack.carry ?? 0, i), at(stack.branch ?? 1, i)];
    return [{ a2, b2, ops: [readActivation({ activation: 'relu' }), ...norm, noise, weights] }];
  };
  const first = start === 'input' && depth > 0 ? opsAt(0) : undefined;
  const network: Network = {
    stem: { q0: 1, ops: first ? [...(input_noise ? [...first.norm, first.noise] : []), first.weights] : [] },
    blocks: (layer) => blockAt(first ? layer : layer - 1),
    depth: first ? depth - 1 : depth,
    mask,
  };
  return readLayers(network, mode).layers;
}
