import { resolveInit } from '../catalogue/inits.ts';
import { type LayerOp, pickNoise, type TrainedTechnique } from '../catalogue/techniques.ts';
import { type Plan, type Point, valueAt } from '../schemas/plan.ts';
import { initVariances, type Network, type PlainStack, plainNetwork, takesGain } from '../theory/index.ts';

/** What a plan says of all its networks: its member `network`, or the settings of a grid. */
export type PlanSettings = Readonly<Record<string, unknown>> &
  Pick<PlainStack, 'activation' | 'schedule' | 'carry' | 'branch' | 'input_keep'> & {
    readonly technique: TrainedTechnique;
    readonly init: Plan['network']['init'];
    readonly noise_on_input?: boolean | undefined;
    /** operations of a layer: a list in a plan, in one text with spaces between them in the settings of a grid */
    readonly ops?: readonly LayerOp[] | string | undefined;
  };

/** Numbers of one network of a plan. */
export type PlanPoint = {
  readonly depth?: number | undefined;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly keep: number;
  readonly width: number;
};

/**
 * The network at a point of a plan's axes.
 *
 * @param plan the plan
 * @param point a cell, or a row of the grid
 * @throws ParameterError where the schedule would drop a whole layer, and as `plainNetwork`
 * @example networkFromPlan(plan, { depth: 20, sigma_w2: 1.5, keep: 0.95 }).depth // 20
 */
export function networkFromPlan(
  plan: Pick<Plan, 'network' | 'training'>,
  point: Omit<Point, 'depth'> & Pick<PlanPoint, 'depth'>,
): Network {
  const { network } = plan;
  return networkFromSettings(
    { ...network, ...network.residual },
    {
      ...{ depth: point.depth, sigma_w2: point.sigma_w2, keep: point.keep },
      ...{
        sigma_b2: valueAt(plan, point as Point, 'sigma_b2'),
        width: valueAt(plan, point as Point, 'width'),
      },
    },
  );
}

/**
 * The network with some numbers among those that a plan's settings are of. It reads data, and the weights of its last block read out.
 *
 * @param settings the plan's `network`, or those of a grid
 * @param point the numbers that differ from network to network
 * @throws ParameterError as {@link networkFromPlan}
 * @example networkFromSettings(grid.settings, column).stem.ops.length // 1
 */
export function networkFromSettings(settings: PlanSettings, point: PlanPoint): Network {
  const { activation, technique, schedule, carry, branch, noise_on_input, input_keep, ops } = settings;
  const { depth, width, keep } = point;
  return plainNetwork({
    ...{ activation, technique, schedule, carry, branch, width },
    ...hiddenVariances(settings.init, point),
    ...pickNoise(settings, technique, keep),
    ...{ input_keep, input_noise: noise_on_input },
    ops: typeof ops === 'string' ? (ops.split(' ') as LayerOp[]) : ops,
    ...(depth !== undefined && { depth: depth + 1 }),
    // (the images of a step share the mask of dropconnect)
    ...{ reads_data: true, mask: technique === 'dropconnect' ? 'shared' : 'independent', q0: 1 },
  });
}

/**
 * The variances of hidden layers: those given, or a framework's own, with sigma_w2 as the square of its gain. (Where it takes none, that is
 * 1 in today's plans; older ones multiplied the weights.)
 */
function hiddenVariances(
  init: Plan['network']['init'],
  { sigma_w2, sigma_b2, width }: PlanPoint,
): Pick<PlanPoint, 'sigma_w2' | 'sigma_b2'> {
  const name = resolveInit(init);
  if (name === 'gaussian' || name === 'orthogonal') return { sigma_w2, sigma_b2 };
  const units = Math.round(width);
  const layer = { fan_in: units, fan_out: units };
  if (takesGain(name)) return initVariances(name, { ...layer, sigma_w2 });
  const own = initVariances(name, layer);
  return { sigma_w2: sigma_w2 * own.sigma_w2, sigma_b2: own.sigma_b2 };
}
