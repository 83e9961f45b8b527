import { depthScalesContract } from '../../schemas/endpoints/depth-scales.ts';
import { networkCost } from '../network-cost.ts';
import { endpoint } from './endpoint.ts';
import { scalesWithin } from './scales.ts';

/** `GET /v1/depth-scales`: fixed points, slopes and depth scales of random dropout networks. */
export const depthScalesEndpoint = endpoint(depthScalesContract, {
  cost: (network) => ({ rows: 1, work: networkCost(network) }),
  answer: (network, { budget }) => [scalesWithin(network, budget)],
});
