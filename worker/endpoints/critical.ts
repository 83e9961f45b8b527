import { criticalContract } from '../../schemas/endpoints/critical.ts';
import { criticalPoints, variancePreserving } from '../../theory/index.ts';
import { networkCost } from '../network-cost.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, keepIn, noiseAlone } from './network.ts';

/** `GET /v1/critical`: critical weight variances. */
export const criticalEndpoint = endpoint(criticalContract, {
  // the search looks at a hundred variances, with one-input averages only
  cost: (query) => ({ rows: 3, work: query.kind === 'variance' ? 20 : 200 + 4 * networkCost(query) }),
  answer: (query) => {
    const { kind, sigma_b2, mask, q } = query;
    const [activation, noise, keep] = [activationOf(query), noiseAlone(query), keepIn(query)];
    const { points, reason } =
      kind === 'variance'
        ? variancePreserving(activation, noise, sigma_b2, q)
        : criticalPoints(activation, noise, sigma_b2, kind, mask);
    if (points.length === 0)
      return [{ keep, sigma_w2: null, q_star: null, chi_q: null, stable: null, status: 'none', reason }];
    return points.map((point) => ({ ...point, keep, reason: null }));
  },
});
