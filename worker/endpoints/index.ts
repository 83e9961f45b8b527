import { depthScalesEndpoint } from './depth-scales.ts';
import type { Endpoint } from './endpoint.ts';
import { kernelEndpoint } from './kernel.ts';

/** Every endpoint that answers a query with a table: the routes and `POST /v1/batch` are made from this list. */
export const ENDPOINTS: readonly Endpoint[] = [depthScalesEndpoint, kernelEndpoint];
