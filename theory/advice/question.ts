import type { Activation } from '../activation.ts';
import type { Noise } from '../noise.ts';
import type { EstimateOptions } from '../trainable-depth/estimate.ts';
import type { PerLayer } from '../trajectory/layers.ts';

/** A network that a change would make of the one asked about. */
export type Changed = {
  readonly activation: Activation;
  /** the mean over the layers */
  readonly drop: number;
  /** one for each layer where the change is a schedule */
  readonly noise: PerLayer<Noise>;
  readonly sigma_w2: PerLayer<number>;
  readonly sigma_b2: number;
  readonly q_star: number | null;
  /** skip connections, where the change adds some */
  readonly carry?: number;
  readonly branch?: number;
};

/** What advice is asked about. */
export type AdviceInput = {
  readonly activation: Activation;
  /** the technique: moments of its noise for a keep probability, such as `TECHNIQUES.bernoulli.noise` */
  readonly noise: (strength: { readonly keep: number }) => Noise;
  readonly keep: number;
  /** `ic` for IC layers, with `TECHNIQUES.ic.noise` */
  readonly maps?: 'ic' | null | undefined;
  /** the number of layers that is wanted */
  readonly depth: number;
  readonly fan_in?: number | undefined;
  /** units of every layer; with it the depth that such a width carries is among the limits */
  readonly width?: number | undefined;
  readonly sigma_b2?: number | undefined;
  /** activations to look at instead */
  readonly alternatives?: readonly Activation[];
  /** what a change must fulfil besides, to be enough: asked where the theory is satisfied; nothing if left out */
  readonly also?: (changed: Changed) => boolean;
  /** data and calibration of the depth limits; max_layers, beyond which a limit is null, is twice the depth by default */
  readonly estimate?: Omit<EstimateOptions, 'epsilon'>;
};
