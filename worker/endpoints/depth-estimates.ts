import {
  type DepthEstimate,
  EPSILON,
  type EstimateOptions,
  estimateDepths,
  estimateScheduledDepth,
  type Layer,
} from '../../theory/index.ts';
import { activationOf, mapsOf, type StackQuery, stackOf } from './network.ts';

/** The most layers that a search for the depth limit of a network looks at. */
export const DEEPEST = 2000;

/** The most layers with a schedule, which is spread again for each depth. */
const SCHEDULED = 200;

/** Skip connections carry what a batch has in common past an IC layer, which then has dozens of averages to take. */
const NORMALISED = 20;

/** What a trajectory is estimated of. */
export type Estimated = { readonly activation: Parameters<typeof activationOf>[0]['activation'] } & Omit<
  StackQuery,
  'depth'
>;

/**
 * The most layers that estimates of a network are made for. The layers of a schedule depend on the depth, and are made again for each.
 *
 * @param network whose depth is estimated
 * @returns layers
 * @example looksTo({ …, technique: 'bernoulli' })
 */
export function looksTo({ schedule = 'constant', carry = 0, technique }: Estimated): number {
  if (schedule !== 'constant') return SCHEDULED;
  return carry > 0 && mapsOf(technique) ? NORMALISED : DEEPEST;
}

/**
 * The two estimates from the trajectory, for any schedule and skip connections.
 *
 * @param network whose depth is estimated
 * @param options where the pairs of inputs start
 * @returns the cautious one, and where nearly nothing is left
 * @example estimates({ activation: 'tanh', … })[0].depth
 */
export function estimates(network: Estimated, options: EstimateOptions = {}): [DepthEstimate, DepthEstimate] {
  const activation = activationOf(network);
  const epsilons = [EPSILON.low, EPSILON.high];
  const how = { ...options, max_layers: looksTo(network) };
  if ((network.schedule ?? 'constant') === 'constant') {
    const layer = stackOf({ ...network, depth: 1 })[0] as Layer;
    return estimateDepths(activation, layer, epsilons, how) as [DepthEstimate, DepthEstimate];
  }
  const layersAt = (depth: number) => stackOf({ ...network, depth });
  return epsilons.map((epsilon) => estimateScheduledDepth(activation, layersAt, { ...how, epsilon })) as [
    DepthEstimate,
    DepthEstimate,
  ];
}
