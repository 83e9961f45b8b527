import type { Grid } from '../../schemas/grid.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { type DepthScales, depthScales } from '../../theory/index.ts';

/** Where in a grid: its network with one column's values. */
type Place = { readonly sigma_w2: number; readonly sigma_b2: number; readonly keep: number };

/**
 * The theory's answer for one column of a grid.
 *
 * @param grid measured
 * @param place the column
 * @example predictedAt(grid, { sigma_w2: 1.5, sigma_b2: 0.05, keep: 0.95 }).xi_2 // 6.6
 */
export function predictedAt({ meta }: Grid, { sigma_w2, sigma_b2, keep }: Place): DepthScales {
  const { network } = meta.plan;
  return depthScales({
    activation: network.activation,
    technique: network.technique,
    sigma_w2,
    sigma_b2,
    mask: 'independent',
    q0: 1,
    ...noiseGiven(network, network.technique, keep),
  });
}
