import { trainableDepthContract } from '../../schemas/endpoints/trainable-depth.ts';
import type { TRAINED_TECHNIQUES } from '../../schemas/names.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import {
  DEPTH_RULES,
  type DepthEstimate,
  type DepthRuleName,
  depthScales,
  EPSILON,
  type EstimateOptions,
  estimateDepths,
  estimateScheduledDepth,
  type Layer,
  maskCorrelation,
  networkSettings,
  rangeDepth,
  ruledDepth,
  widthDepth,
} from '../../theory/index.ts';
import type { Nearest } from '../measured/nearest.ts';
import { networkCost } from '../network-cost.ts';
import { LAYER } from '../prices.ts';
import { FITTED_WORK, FITTING, fittedColumns, fittedFor, RULE_NOTE } from '../rule.ts';
import { type Budget, DEEPEST } from '../work.ts';
import { endpoint, type Point } from './endpoint.ts';
import { activationOf, keepIn, mapsOf, noiseIn, type StackQuery, stackOf } from './network.ts';

type Query = Point<ReturnType<(typeof trainableDepthContract)['query']['parse']>>;

/** `GET /v1/trainable-depth`: predictions and measurements side by side. */
export const trainableDepthEndpoint = endpoint(trainableDepthContract, {
  cost: (query) => ({
    rows: 1,
    // (all measured columns are looked at, and the nearest is estimated too)
    work: 800 + networkCost(query) + 2 * DEEPEST * LAYER + FITTED_WORK,
  }),
  answer: async (query, { measurements, budget }) => {
    const keep = keepIn(query);
    const [low, high] = estimates(query, budget, { q0: query.q0, c_diff: query.c_diff });
    const equal = query.schedule === 'constant' && query.carry === 0 && query.branch === 1;
    const scales = equal ? depthScales(query) : undefined;
    const range = scales && !mapsOf(query.technique) ? reachOf(query) : null;
    const ruled = (rule: DepthRuleName) => (scales ? ruledDepth(rule, scales, { range }).depth : null);
    const width_depth = widthOf(query);
    const narrow = width_depth !== null && width_depth < (low.depth ?? Number.POSITIVE_INFINITY);
    const { data, width, steps, optimiser, init } = query;
    const settings = { data, width, steps, optimiser, init };
    // (networks are trained with masks of their own)
    const trained = maskCorrelation(query.mask) === 0;
    const fitted =
      scales && trained
        ? fittedFor(query, settings, { scales, activation: activationOf(query, budget) })
        : null;
    const { technique, schedule, carry, branch } = query;
    const near = trained
      ? await measurements.nearest({
          ...networkSettings(query),
          technique,
          data,
          settings: { ...FITTING.rule.conditions, ...given({ ...settings, schedule, carry, branch }) },
        })
      : undefined;
    const calibration = near?.column.depth ? factor(near, budget) : null;
    return [
      {
        keep,
        xi_1: scales?.xi_1 ?? null,
        xi_2: scales?.xi_2 ?? null,
        ...fittedColumns(fitted, range),
        ...(Object.fromEntries(
          Object.keys(DEPTH_RULES).map((rule) => [rule, ruled(rule as DepthRuleName)]),
        ) as Record<DepthRuleName, number | null>),
        estimate_low: narrow ? width_depth : low.depth,
        estimate_high: high.depth,
        limited_by: narrow ? 'width' : low.limited_by,
        looked_to: looksTo(query),
        ...(query.width !== undefined && { width_depth }),
        calibration,
        calibrated_depth: calibration === null || low.depth === null ? null : calibration * low.depth,
        measured_depth: near?.column.depth ?? null,
        measured_low: near?.column.low ?? null,
        measured_high: near?.column.high ?? null,
        measured_sigma_w2: near?.column.sigma_w2 ?? null,
        measured_keep: near ? (near.grid.technique === 'none' ? 1 : (noiseThere(near).keep ?? null)) : null,
        measured_with: near ? inWords(near) : null,
        distance: near?.distance ?? null,
        grid: near ? `/v1/grids/${near.grid.id}/frontier` : null,
      },
    ];
  },
  notes: () => [RULE_NOTE],
});

/** What of a query is given: what is not must not hide what stands for it. */
const given = <T extends object>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What a measured column was trained with, but for what other columns of the answer say. */
function inWords({ settings }: Nearest): string {
  return [
    'data',
    'width',
    'init',
    'optimiser',
    'learning_rate',
    'steps',
    'batch',
    'schedule',
    'carry',
    'branch',
    'trained_at',
  ]
    .flatMap((name) => (settings[name] === undefined ? [] : [`${name} ${settings[name]}`]))
    .join(', ');
}

/** A schedule is looked at anew for each depth. */
const SCHEDULED = 200;

/** Skip connections carry what a batch has in common past an IC layer, which then has dozens of averages to take. */
const NORMALISED = 20;

/** What a trajectory is estimated of. */
type Estimated = Pick<Query, 'activation' | 'schedule' | 'carry'> & Omit<StackQuery, 'depth'>;

/** No deeper than this is looked. The layers of a schedule depend on the depth, and are looked at anew for each. */
function looksTo({ schedule, carry, technique }: Estimated): number {
  if (schedule !== 'constant') return SCHEDULED;
  return carry > 0 && mapsOf(technique) ? NORMALISED : DEEPEST;
}

/** The two estimates from the trajectory, for any schedule and skip connections. */
function estimates(
  query: Estimated,
  budget: Budget,
  options: EstimateOptions = {},
): [DepthEstimate, DepthEstimate] {
  const activation = activationOf(query, budget);
  const epsilons = [EPSILON.low, EPSILON.high];
  if (query.schedule === 'constant') {
    const layer = { ...stackOf({ ...query, depth: 1 })[0] } as Layer;
    return estimateDepths(activation, layer, epsilons, { ...options, max_layers: looksTo(query) }) as [
      DepthEstimate,
      DepthEstimate,
    ];
  }
  const layersAt = (depth: number) => stackOf({ ...query, depth });
  return epsilons.map((epsilon) =>
    estimateScheduledDepth(activation, layersAt, { ...options, epsilon, max_layers: looksTo(query) }),
  ) as [DepthEstimate, DepthEstimate];
}

/** The depth at which q leaves float32; null where it never does. */
function reachOf(query: Query): number | null {
  return rangeDepth(activationOf(query), query.sigma_w2 * noiseIn(query).s2, query.sigma_b2, query.q0);
}

/** The depth at which the gradients of networks so wide stray by a factor of e; null where the theory has no number. */
function widthOf(query: Query): number | null {
  const { width, mask, schedule, q0, sigma_w2, sigma_b2, carry, branch } = query;
  const noise = noiseIn(query);
  if (width === undefined || schedule !== 'constant' || noise.s4 === undefined || noise.t2) return null;
  if (maskCorrelation(mask) !== 0) return null;
  const layer = { sigma_w2, sigma_b2, noise, carry, branch, maps: mapsOf(query.technique) };
  try {
    return widthDepth(activationOf(query), layer, width, q0);
  } catch (error) {
    // (no leading correction exists where q does not settle)
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The noise of a measured network, as a query gives it. */
function noiseThere({ grid, settings, column }: Nearest): Record<string, number> {
  return noiseGiven(settings, grid.technique as (typeof TRAINED_TECHNIQUES)[number], column.keep);
}

/** By how much the nearest measured frontier lies above its own cautious estimate. */
function factor(near: Nearest, budget: Budget): number | null {
  const { column, grid, settings } = near;
  const { schedule = 'constant', carry = 0, branch = 1 } = settings as Partial<Query>;
  const { activation, technique } = grid as Pick<Query, 'activation' | 'technique'>;
  const there = estimates(
    {
      ...{ activation, technique, ...noiseThere(near), mask: 'independent' },
      ...{ sigma_w2: column.sigma_w2, sigma_b2: column.sigma_b2, schedule, carry, branch },
    },
    budget,
  )[0].depth;
  return there === null || column.depth === null ? null : column.depth / there;
}
