import type { Grid } from '../../schemas/grid.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { type DepthScales, depthScales } from '../../theory/index.ts';

/** Where in a grid: its network with one column's values. */
type Place = { readonly sigma_w2: number; readonly sigma_b2: number; readonly keep: number };

/**
 * The one number that takes xi_2 to the measured depths of a grid: the geometric mean over its columns of measured depth over xi_2.
 *
 * @param columns measured depth and predicted xi_2 of each column
 * @returns null where no column has both
 * @example gridMultiplier([{ depth: 40, xi_2: 5 }, { depth: 18, xi_2: 9 }]) // 4
 */
export function gridMultiplier(
  columns: readonly { readonly depth: number | null; readonly xi_2: number | null }[],
): number | null {
  const logs = columns.flatMap(({ depth, xi_2 }) => (depth && xi_2 ? [Math.log(depth / xi_2)] : []));
  return logs.length > 0 ? Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length) : null;
}

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
