import { depthScalesContract } from '../../schemas/endpoints/depth-scales.ts';
import { depthScales } from '../../theory/index.ts';
import { networkCost } from '../network-cost.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/depth-scales`: fixed points, slopes and depth scales of random dropout networks. */
export const depthScalesEndpoint = endpoint(depthScalesContract, {
  cost: (network) => ({ rows: 1, work: networkCost(network) }),
  answer: (network) => [depthScales(network)],
});
