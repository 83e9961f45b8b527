import type { Contracts } from '../../schemas/endpoints/index.ts';
import { adviceEndpoint } from './advice.ts';
import { architecturesEndpoint, blocksEndpoint, blockTrajectoryEndpoint } from './blocks.ts';
import { activationsEndpoint, columnsEndpoint, initsEndpoint, techniquesEndpoint } from './catalogues.ts';
import { claimsEndpoint } from './claims.ts';
import { criticalEndpoint } from './critical.ts';
import { depthScalesEndpoint } from './depth-scales.ts';
import { diagnoseEndpoint } from './diagnose.ts';
import type { Endpoint } from './endpoint.ts';
import { kernelEndpoint } from './kernel.ts';
import { phaseDiagramEndpoint } from './phase-diagram.ts';
import type { PlaneEndpoint } from './plane-endpoint.ts';
import { scheduleEndpoint } from './schedule.ts';
import { trainableDepthEndpoint } from './trainable-depth.ts';
import { trajectoryEndpoint } from './trajectory.ts';

/** The handler of every contract: one that is missing does not compile. */
const HANDLERS: Readonly<Record<keyof Contracts, Endpoint | PlaneEndpoint>> = {
  'depth-scales': depthScalesEndpoint,
  kernel: kernelEndpoint,
  trajectory: trajectoryEndpoint,
  critical: criticalEndpoint,
  'phase-diagram': phaseDiagramEndpoint,
  'trainable-depth': trainableDepthEndpoint,
  advice: adviceEndpoint,
  diagnose: diagnoseEndpoint,
  schedule: scheduleEndpoint,
  techniques: techniquesEndpoint,
  activations: activationsEndpoint,
  inits: initsEndpoint,
  blocks: blocksEndpoint,
  'blocks/trajectory': blockTrajectoryEndpoint,
  architectures: architecturesEndpoint,
  claims: claimsEndpoint,
  columns: columnsEndpoint,
};

/** Every endpoint that answers a query with a table: the routes and `POST /v1/batch` are made from this list. */
export const ENDPOINTS = Object.values(HANDLERS);
