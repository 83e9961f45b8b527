import { answerDepthScales } from '../../answers/depth-scales.ts';
import { depthScalesContract } from '../../schemas/endpoints/depth-scales.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/depth-scales`: fixed points, slopes and depth scales of random dropout networks. */
export const depthScalesEndpoint = endpoint(depthScalesContract, {
  answer: (query, { budget }) => [answerDepthScales(query, budget)],
});
