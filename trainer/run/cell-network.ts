import { resolveSchedule } from '../../catalogue/techniques.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { PLAN_NOISE_NAMES } from '../../schemas/plan-noise.ts';
import { ParameterError, SCHEDULES } from '../../theory/index.ts';
import { activations } from '../activations/index.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Dialect } from '../graph/operator.ts';
import type { FullyConnected } from '../networks/fully-connected.ts';
import { techniques } from '../techniques/index.ts';
import type { NoiseLayer, Place } from '../techniques/technique.ts';
import type { Cell } from './cells.ts';

/**
 * The probabilities that a unit is kept, for the input (1 unless it has noise) and each hidden layer.
 *
 * @param plan for the schedule and whether the input has noise
 * @param cell for the depth and the mean keep
 * @throws ParameterError when the schedule would drop every unit of a layer
 * @example keepsOf(plan, { depth: 4, sigma_w2: 1, keep: 0.9, seed: 1 }) // [1, 0.9, 0.9, 0.9, 0.9]
 */
export function keepsOf(
  { network }: Pick<Plan, 'network'>,
  { depth, keep }: Pick<Cell, 'depth' | 'keep'>,
): number[] {
  const { schedule = 'constant', noise_on_input = false, input_keep = noise_on_input ? keep : 1 } = network;
  // 1 − (1 − keep) is not keep
  if (schedule === 'constant') return [input_keep, ...Array.from({ length: depth }, () => keep)];
  const drops = SCHEDULES[resolveSchedule(schedule)].drops(depth, 1 - keep);
  const most = Math.max(...drops);
  if (most >= 1)
    throw new ParameterError(
      'schedule',
      'drops_whole_layer',
      `The schedule ${schedule} with keep ${keep} at depth ${depth} would drop a unit of some layer with probability ${most}; take a larger keep.`,
    );
  return [input_keep, ...drops.map((drop) => 1 - drop)];
}

/**
 * Whether the images have noise, too.
 *
 * @example hasInputNoise(plan.network) // false
 */
export const hasInputNoise = ({ noise_on_input, input_keep }: Plan['network']): boolean =>
  noise_on_input === true || input_keep !== undefined;

/**
 * The noise of a plan at one place of a network.
 *
 * @param plan the plan
 * @param place what does not follow from the plan
 * @throws ParameterError when the plan's technique cannot be as strong as that
 * @example noiseAt(plan, { layer: 1, keep: 0.9, units: 100, fanOut: 100, dialect: 'plain', learningRate: 0.01 })
 */
export function noiseAt(
  { network, training }: Pick<Plan, 'network' | 'training'>,
  place: Pick<Place, 'layer' | 'keep' | 'units' | 'fanOut' | 'dialect' | 'learningRate'>,
): NoiseLayer | undefined {
  const options = Object.fromEntries(
    PLAN_NOISE_NAMES.flatMap((name) => (network[name] === undefined ? [] : [[name, Number(network[name])]])),
  );
  return techniques[network.technique].layer({
    ...place,
    batch: training.batch,
    options,
  });
}

/**
 * The network of a cell.
 *
 * @param plan the plan
 * @param cell one of its cells
 * @param data what it is trained on, for the sizes
 * @param dialect of the back end
 * @example fullyConnected(cellNetwork(plan, cell, data, 'plain'))
 */
export function cellNetwork(
  plan: Plan,
  cell: Cell,
  data: Pick<DataSet, 'pixelsPerImage' | 'classes'>,
  dialect: Dialect,
): FullyConnected {
  const { network, training } = plan;
  const { depth } = cell;
  const width = valueAt(plan, cell, 'width');
  const learningRate = valueAt(plan, cell, 'learning_rate');
  return {
    inputs: data.pixelsPerImage,
    classes: data.classes,
    width,
    depth,
    batch: training.batch,
    activation: activations[network.activation],
    noise: keepsOf(plan, cell).map((keep, layer) =>
      layer === 0 && !hasInputNoise(network)
        ? undefined
        : noiseAt(plan, {
            layer,
            keep,
            units: layer === 0 ? data.pixelsPerImage : width,
            fanOut: layer === depth ? data.classes : width,
            dialect,
            learningRate,
          }),
    ),
    ...(network.residual && { residual: network.residual }),
  };
}
