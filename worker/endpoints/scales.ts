import { type DepthScales, type DepthScalesInput, depthScales } from '../../theory/index.ts';
import { givingUp } from '../meter.ts';
import type { Budget } from '../work.ts';
import { activationOf } from './network.ts';

/**
 * The depth scales of a network whose price, see `networkCost`, is paid; of one that is too dear for that, what can be had: where
 * its correlation takes too long, all that averages of one input say.
 *
 * @param network as the theory takes it
 * @param budget of the request
 * @example scalesWithin({ activation: 'tanh', … }, budget).xi_2
 */
export function scalesWithin(network: DepthScalesInput, budget: Budget): DepthScales {
  if (!budget.unpaid) return depthScales(network);
  return depthScales(network, { activation: activationOf(network, budget), givesUp: givingUp(budget) });
}
