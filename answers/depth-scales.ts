import { type NetworkQuery, networkFromQuery } from '../networks/from-query.ts';
import { DEPTH_RULES, depthScales } from '../theory/index.ts';
import type { Effort } from './effort.ts';

/**
 * A row of `GET /v1/depth-scales`, but for the columns that the query gives.
 *
 * @param query one combination of its values
 * @param effort how much work it may take
 * @throws ParameterError as `networkFromQuery` and `depthScales`
 * @example answerDepthScales({ activation: 'tanh', technique: 'bernoulli', keep: 0.95, sigma_w2: 1.8, sigma_b2: 0.05 }, new SingleEffort()).xi_2
 */
export function answerDepthScales(query: NetworkQuery, { goesOn }: Effort) {
  const scales = depthScales(networkFromQuery(query), goesOn);
  const { xi_2, max_depth_low: low } = scales;
  const rule = xi_2 === null ? Number.POSITIVE_INFINITY : DEPTH_RULES.six_xi_2.multiplier * xi_2;
  const limited_by = low !== null && low < rule ? ('float_range' as const) : ('xi_2' as const);
  return { ...scales, max_depth_limited_by: low === null ? null : limited_by };
}
