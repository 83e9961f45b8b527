import { createHash } from 'node:crypto';
import { TECHNIQUE_ENTRIES, type TrainedTechnique } from '../../catalogue/techniques.ts';
import {
  isRowSet,
  OPTIMISER_ENTRIES,
  type OptimiserName,
  type OptimiserNumber,
} from '../../catalogue/training.ts';
import { AXIS_NAMES, homeOf } from '../../schemas/axes.ts';
import type { PlanChange } from '../../schemas/comparison.ts';
import type { Plan } from '../../schemas/plan.ts';
import { PLAN_NOISE_NAMES } from '../../schemas/plan-noise.ts';
import { EXIT, Failure } from '../errors.ts';

/** What arms are made of. */
export type ArmNames =
  | { readonly compares: 'techniques'; readonly names: readonly TrainedTechnique[] }
  | { readonly compares: 'optimisers'; readonly names: readonly OptimiserName[] }
  | { readonly compares: 'norms'; readonly names: readonly string[] };

/** Orders of a layer's operations by a short name: what stands between weights and weights. */
export const NORM_ORDERS: Readonly<Record<string, readonly string[]>> = {
  none: ['activation', 'noise', 'linear'],
  'before-activation': ['norm', 'activation', 'noise', 'linear'],
  'before-noise': ['activation', 'norm', 'noise', 'linear'],
  'before-weights': ['activation', 'noise', 'norm', 'linear'],
};

/**
 * The comparison that a plan makes with several techniques, optimisers or places of batch norm: the points of the plan's axes are the
 * trials, its seeds are reported, and the seeds after them choose among the trials.
 *
 * @param plan whose settings all arms share
 * @param arms what is compared
 * @param tuningSeeds how many seeds choose an arm's settings
 * @example makeComparison(plan, { compares: 'techniques', names: ['bernoulli', 'tabu'] }, 2)
 */
export function makeComparison(plan: Plan, arms: ArmNames, tuningSeeds: number): Record<string, unknown> {
  const { id, title, data, axes, evaluation, seeds, backend } = plan;
  const { points, network, training } = splitAxes(plan);
  refuseSizes(axes);
  const first = Math.max(...seeds) + 1;
  return {
    schema: 'dropline-comparison/1',
    // other arms are another comparison, with a journal of its own
    id: `${id.slice(0, 40)}-${arms.compares}-${shortDigest(arms.names)}`,
    title: `${title}: ${arms.compares}`,
    compares: arms.compares,
    plan: { data, network: omitNoise(network, arms), training: omitOptimiser(training, arms), evaluation },
    backend,
    arms: makeArms(plan, arms, points),
    ...(points.length > 1 && {
      tuning: {
        seeds: Array.from({ length: tuningSeeds }, (_, i) => first + i),
        by: isRowSet(data.name) ? 'validation_loss' : 'validation_accuracy',
      },
    }),
    seeds,
  };
}

const shortDigest = (names: readonly string[]): string =>
  createHash('sha256').update(names.join()).digest('hex').slice(0, 6);

type Members = Readonly<Record<string, unknown>>;

/** A network's sizes are no settings to choose from: arms would be compared in networks that differ. */
function refuseSizes(axes: Plan['axes']): void {
  for (const name of ['depth', 'width'] as const)
    if ((axes[name]?.length ?? 0) > 1)
      throw new Failure(
        `The axis "${name}" has several values, and a comparison is of networks of one ${name}: give one.`,
        EXIT.usage,
      );
}

/** The points of a plan's axes, as changes of its network and training; an axis with one value is fixed. */
function splitAxes({ axes, network, training }: Plan) {
  const fixed = {
    network: { ...network } as Record<string, unknown>,
    training: { ...training } as Record<string, unknown>,
  };
  let points: { network: Record<string, unknown>; training: Record<string, unknown> }[] = [
    { network: {}, training: {} },
  ];
  for (const name of AXIS_NAMES) {
    const values = axes[name];
    if (!values) continue;
    const home: 'network' | 'training' = homeOf(name);
    if (values.length === 1) fixed[home][name] = values[0];
    else
      points = points.flatMap((point) =>
        values.map((value) => ({ ...point, [home]: { ...point[home], [name]: value } })),
      );
  }
  return { ...fixed, points: points as PlanChange[] };
}

const NOISE: readonly string[] = ['technique', ...PLAN_NOISE_NAMES];
const OPTIMISER: readonly string[] = ['optimiser', 'momentum', 'beta1', 'beta2', 'epsilon'];

const omit = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));

const omitNoise = (network: Members, { compares }: ArmNames) =>
  compares === 'techniques' ? omit(network, NOISE) : compares === 'norms' ? omit(network, ['ops']) : network;

const omitOptimiser = (training: Members, { compares }: ArmNames) =>
  compares === 'optimisers' ? omit(training, OPTIMISER) : training;

/** Each arm by its name. A technique that takes no keep has none; points that are then the same are tried once each all the same. */
function makeArms(plan: Plan, arms: ArmNames, points: readonly PlanChange[]): unknown[] {
  if (arms.compares === 'techniques')
    return arms.names.map((name) => {
      const keepless = TECHNIQUE_ENTRIES[name].keep === 'refused';
      const own = plan.network.technique === name ? pick(plan.network, NOISE) : {};
      return {
        name,
        network: { ...own, technique: name, ...(keepless && { keep: null }) },
        trials: keepless ? points.map(withoutKeep) : points,
      };
    });
  if (arms.compares === 'optimisers')
    return arms.names.map((name) => ({
      name,
      training: { optimiser: name, ...pickOptimiserNumbers(plan, name) },
      trials: points,
    }));
  return arms.names.map((name) => ({ name, network: { ops: NORM_ORDERS[name] }, trials: points }));
}

const pick = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));

function pickOptimiserNumbers({ training }: Plan, name: OptimiserName): Members {
  return pick(training, Object.keys(OPTIMISER_ENTRIES[name].parameters) as OptimiserNumber[]);
}

const withoutKeep = ({ network = {}, training }: PlanChange): PlanChange => ({
  network: omit(network, ['keep']),
  ...(training && { training }),
});
