import { networkFromQuery } from '../../networks/from-query.ts';
import { depthScalesContract } from '../../schemas/endpoints/depth-scales.ts';
import { DEPTH_RULES, depthScales } from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/depth-scales`: fixed points, slopes and depth scales of random dropout networks. */
export const depthScalesEndpoint = endpoint(depthScalesContract, {
  answer: (query, { budget }) => {
    const scales = depthScales(networkFromQuery(query), budget.goesOn);
    const { xi_2, max_depth_low: low } = scales;
    const rule = xi_2 === null ? Number.POSITIVE_INFINITY : DEPTH_RULES.six_xi_2.multiplier * xi_2;
    const limited_by = low !== null && low < rule ? 'float_range' : 'xi_2';
    return [{ ...scales, max_depth_limited_by: low === null ? null : limited_by }];
  },
});
