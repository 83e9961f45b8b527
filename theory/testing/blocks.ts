import type { ActivationName } from '../../catalogue/activations.ts';
import type { TechniqueName } from '../../catalogue/techniques.ts';
import {
  type Activate,
  type AddNoise,
  type Attend,
  type Gate,
  type Network,
  type NormPlacement,
  type Op,
  readActivation,
  readNoise,
  type SubLayer,
  type Weigh,
} from '../network.ts';

/** Operations by their numbers. */
export const act = (activation: ActivationName): Activate => readActivation({ activation });
export const linear = (sigma_w2: number, sigma_b2 = 0): Weigh => ({ op: 'linear', sigma_w2, sigma_b2 });
export const drop = (keep: number, technique: TechniqueName = 'bernoulli'): AddNoise =>
  readNoise({ technique, keep });
export const gate = (name: ActivationName, sigma_w2_gate: number, sigma_w2_value: number): Gate => ({
  ...{ op: 'gate', activation: act(name), sigma_w2_gate, sigma_w2_value },
});
export const attention = (
  [query, key, value, output]: readonly [number, number, number, number],
  more: Partial<Attend> = {},
): Attend => ({
  ...{ op: 'attention', sigma_w2_query: query, sigma_w2_key: key },
  ...{ sigma_w2_value: value, sigma_w2_output: output, ...more },
});

/** A feed-forward branch: two matrices, with dropout on the hidden units and behind. */
export const feedForward = (
  name: ActivationName,
  [first, second]: readonly [number, number],
  [hidden, output]: readonly [number, number],
): Op[] => [linear(first), act(name), drop(hidden), linear(second), drop(output)];

/** A sub-layer with a norm, by default a layer norm in front, and a skip connection. */
export const branch = (
  ops: readonly Op[],
  { at = 'pre', ...more }: Partial<SubLayer> & { at?: NormPlacement } = {},
): SubLayer => ({ a2: 1, b2: 1, norm: { at, kind: 'layer' }, ops, ...more });

/** A network of equal blocks. */
export const stacked = (
  block: SubLayer | readonly SubLayer[],
  depth?: number,
  more: Partial<Network> = {},
): Network => ({
  ...{ stem: { q0: 1, c0: 0.28, ops: [] }, mask: 'independent', depth },
  ...{ blocks: Array.isArray(block) ? block : [block as SubLayer], ...more },
});
