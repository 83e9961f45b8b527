import { networkFromPlan } from '../../networks/from-plan.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { PLAN_NOISE_NAMES } from '../../schemas/plan-noise.ts';
import { isOfRows, sizesOf } from '../data/any-data.ts';
import type { DataSet } from '../data/data-set.ts';
import type { RowData } from '../data/row-set.ts';
import type { Dialect } from '../graph/graph.ts';
import type { Cell } from '../run/cells.ts';
import { techniques } from '../techniques/index.ts';
import type { NoiseLayer, Place } from '../techniques/technique.ts';
import { layOut, listNoisePlaces } from './layout.ts';
import type { TrainedNetwork } from './network-graph.ts';

/**
 * The noise of a plan at one place of a network.
 *
 * @param plan the plan
 * @param place what does not follow from the plan
 * @returns undefined where there is none
 * @throws ParameterError when the plan's technique cannot be as strong as that
 * @example noiseAt(plan, { keep: 0.9, units: 100, fanOut: 100, dialect: 'plain', learningRate: 0.01 })
 */
export function noiseAt(
  { network, training }: Pick<Plan, 'network' | 'training'>,
  place: Omit<Place, 'batch' | 'options'>,
): NoiseLayer | undefined {
  const options = Object.fromEntries(
    PLAN_NOISE_NAMES.flatMap((name) => (network[name] === undefined ? [] : [[name, Number(network[name])]])),
  );
  return techniques[network.technique].layer({ ...place, batch: training.batch, options });
}

/**
 * The network of a cell.
 *
 * @param plan the plan
 * @param cell one of its cells
 * @param data what it is trained on, for the sizes and the scale of what is predicted
 * @param dialect of the back end
 * @throws ParameterError where the schedule would drop a whole layer, or the technique cannot be as strong as the plan asks
 * @example buildModel(trainedNetwork(plan, cell, data, 'plain'))
 */
export function trainedNetwork(
  plan: Plan,
  cell: Cell,
  data: Pick<DataSet, 'pixelsPerImage' | 'classes'> | Pick<RowData, 'numbersPerRow' | 'target'>,
  dialect: Dialect,
): TrainedNetwork {
  const { inputs, classes } = sizesOf(data);
  const network = networkFromPlan(plan, cell);
  const learningRate = valueAt(plan, cell, 'learning_rate');
  const places = new Map(
    listNoisePlaces(layOut({ network, inputs, classes })).map((place) => [place.number, place]),
  );
  const count = Math.max(-1, ...places.keys()) + 1;
  const noise = Array.from({ length: count }, (_, number) => {
    const place = places.get(number);
    if (!place) return undefined;
    const { keep, units, fanOut } = place;
    return noiseAt(plan, { keep: keep ?? 1, units, fanOut, dialect, learningRate });
  });
  const target = isOfRows(data) ? data.target : undefined;
  return { network, inputs, classes, batch: plan.training.batch, noise, ...(target && { target }) };
}
