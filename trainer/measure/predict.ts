import { networkFromSettings } from '../../networks/from-plan.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { MeasurementOptions } from '../../schemas/plan-options.ts';
import { gradientProfile, readLayers, type Start, trajectory } from '../../theory/index.ts';
import type { Cell } from '../run/cells.ts';
import type { MetricName } from './statistics.ts';

/** What the theory says of a layer; null where it says nothing. */
export type Prediction = Partial<Record<MetricName, number | null>>;

/** Where the prediction starts and ends: the first hidden layer's q and c, and the gradients at the last. */
export type Ends = Start & {
  /** E[δ²] at the last hidden layer, and E[δ_a δ_b] over it. */
  readonly single: number;
  readonly cosine: number;
};

/**
 * Where a measurement's prediction starts, as far as it is known beforehand: gaussian inputs have unit variance.
 *
 * @param plan the plan
 * @param cell the network
 * @param options of the measurement
 * @returns undefined for training images, or where the inputs have noise
 * @example startOf(plan, cell, options)
 */
export function startOf(
  { network }: Pick<Plan, 'network'>,
  { sigma_w2, sigma_b2 }: { readonly sigma_w2: number; readonly sigma_b2: number },
  { inputs, cosine }: Pick<MeasurementOptions, 'inputs' | 'cosine'>,
): Start | undefined {
  const noisy = network.noise_on_input || network.input_keep !== undefined;
  if (inputs !== 'gaussian' || noisy) return undefined;
  const q0 = sigma_w2 + sigma_b2;
  return { q0, c0: (sigma_w2 * cosine + sigma_b2) / q0 };
}

/**
 * The mean-field prediction for every hidden layer of a network: q and c, and the gradients with backward weights taken as
 * independent of the forward pass.
 *
 * @param plan the plan
 * @param cell the network
 * @param sigma_b2 its bias variance
 * @param ends where the prediction starts and ends; a function of q and c at the last layer where the read-out depends on them
 * @returns a prediction for each hidden layer; undefined for networks that the recursions are not about
 * @example predictLayers(plan, cell, 0.05, { q0: 1, c0: 0.5, single: 1, cosine: 1 })?.[0]?.q
 */
export function predictLayers(
  plan: Pick<Plan, 'network'>,
  cell: Cell,
  sigma_b2: number,
  start: Start,
  top: (q: number, c: number) => Pick<Ends, 'single' | 'cosine'>,
): Prediction[] | undefined {
  const { network } = plan;
  // gaussian and orthogonal weights have the plan's variance; skip connections and other operations have maps of their own
  if (!['gaussian', 'orthogonal'].includes(network.init) || network.residual || network.ops) return undefined;
  const own = networkFromSettings(network, { ...cell, sigma_b2, width: Number.NaN });
  // from the first hidden layer to the last: neither the weights that read the images nor those that read out
  const { activation, layers: all } = readLayers(own);
  const layers = all.slice(1, -1);
  const { rows } = trajectory(activation, layers, start);
  const last = rows.at(-1);
  const { single, cosine } = top(last?.q ?? 0, last?.c ?? 0);
  const profile = gradientProfile(activation, layers, start, { cosine });
  const times = (value: number | null | undefined) => (value == null ? null : value * single);
  return rows.map(({ q, c }, i) => ({
    q,
    c,
    gradient_1: times(profile[i]?.single),
    gradient_2: times(profile[i]?.pair),
    // the profile names the weights above a layer, the measurement those below
    weight_1: times(profile[i - 1]?.weight_single),
    weight_2: times(profile[i - 1]?.weight_pair),
  }));
}
