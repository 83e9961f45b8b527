import { resolveInit } from '../catalogue/inits.ts';
import { pickKeep } from '../catalogue/techniques.ts';
import { networkFromSettings, type PlanSettings } from '../networks/from-plan.ts';
import { networkFromQuery } from '../networks/from-query.ts';
import type { trainableDepthContract } from '../schemas/endpoints/trainable-depth.ts';
import {
  applyRule,
  count,
  DEPTH_RULES,
  type DepthRuleName,
  depthScales,
  describeNetwork,
  estimateCautiousLimit,
  estimateLimits,
  hasDepthScales,
  INITS,
  maskCorrelation,
  type Network,
  readPlainLayer,
  widthDepth,
} from '../theory/index.ts';
import type { Effort } from './effort.ts';
import { judgeDepth } from './judge-depth.ts';
import type { Nearest, Sought } from './measured/family.ts';
import type { Point } from './point.ts';
import { FITTING, type FittedAnswer, findFloatRange, fittedColumns, fittedFor } from './rule.ts';
import { whyNull } from './why-null.ts';

type Query = Point<ReturnType<(typeof trainableDepthContract)['query']['parse']>>;

/** The work of writing the sentences of an answer, in evaluations. */
const WORDS = 200;

/** The columns that judge a depth. */
const JUDGED = ['verdict', 'because'];

/** The columns of the fitted rule, and those that say what the answer is. */
const FITTED = [...Object.keys(fittedColumns(null)), 'limited_by', 'basis', ...JUDGED];

/** The columns that need the nearest measurement. */
export const MEASURED = [
  ...['calibration', 'calibrated_depth', 'measured_depth', 'measured_low', 'measured_high'],
  ...['measured_sigma_w2', 'measured_keep', 'measured_with', 'distance', 'grid'],
];

/** The columns that need a trajectory to be followed. */
export const ESTIMATED = [
  'limit_low',
  'limit_high',
  'limit_low_limited_by',
  'layers_searched',
  'calibration',
  'calibrated_depth',
  ...JUDGED,
];

/** What a row of `GET /v1/trainable-depth` is made with, besides its query. */
export type Aids = {
  readonly effort: Effort;
  /** the columns that are looked at; all if left out. Others may be left uncomputed */
  readonly fields?: readonly string[] | undefined;
  /** finds the nearest measured network: undefined where there is none, null where it could not be looked up */
  readonly nearest: (sought: Sought) => Nearest | undefined | null;
  /** whether measurements could not be read */
  readonly unread: boolean;
};

/**
 * A row of `GET /v1/trainable-depth`, but for the columns that the query gives.
 *
 * @param query one combination of its values
 * @param aids see {@link Aids}
 * @throws ParameterError as `networkFromQuery` and `depthScales`
 */
export function answerTrainableDepth({ depth, ...query }: Query, { effort, fields, nearest, unread }: Aids) {
  count(WORDS);
  const { width: usual } = FITTING.rule.conditions;
  const network = networkFromQuery(query, { width: usual });
  const mean =
    query.schedule === 'constant'
      ? network
      : networkFromQuery({ ...query, schedule: 'constant' }, { width: usual });
  const { sigma_w2, sigma_b2, noise } = readPlainLayer(mean);
  const { keep } = noise;
  const equal = hasDepthScales(network);
  const scales = equal ? depthScales(network, effort.goesOn) : undefined;
  const ruled = (rule: DepthRuleName) => (scales ? applyRule(rule, scales).depth : null);
  const { data, width, steps, batch, learning_rate, optimiser } = query;
  const init = query.init && readLaw(query.init);
  const settings = { data, width, steps, batch, learning_rate, optimiser, init };
  // (networks are trained with masks of their own)
  const trained = maskCorrelation(query.mask) === 0;
  const asked = listExplained(fields);
  const asks = makeFieldTest(fields);
  const range = equal && asks(['float_range_depth']) ? findFloatRange(network) : null;
  const width_depth = equal && asks(['width_depth']) ? computeWidthDepth(network) : null;
  const looked = asks(ESTIMATED);
  const { technique, schedule, carry, branch } = query;
  const looksUp = trained && asks(MEASURED);
  const near = looksUp
    ? effort.attempt(() =>
        nearest({
          ...describeNetwork(mean),
          technique,
          data,
          settings: {
            ...FITTING.rule.conditions,
            ...dropUndefined({ ...settings, schedule, carry, branch }),
          },
        }),
      )
    : undefined;
  const rule = () => scales && { fitted: fittedFor(network, settings, scales) };
  const attempted = trained && asks(FITTED) ? effort.attempt(rule) : undefined;
  const fitted = attempted?.fitted;
  const depths = fittedColumns(fitted ?? null);
  // (where the rule took too much work it may have an answer)
  const isTheory = attempted !== null && !fitted;
  const pairs = { c_diff: query.c_diff };
  const found = looked ? effort.attempt(() => estimateLimits(network, pairs)) : null;
  const { low, high } = found ?? {};
  const limit =
    isTheory && !looked && asks(['limited_by'])
      ? effort.attempt(() => estimateCautiousLimit(network, pairs))
      : low;
  const judged =
    depth === undefined || !asks(JUDGED)
      ? undefined
      : judgeDepth(depth, { limits: found, scales, fitted: fitted ?? null });
  const calibration = looked && near ? effort.attempt(() => calibrate(near, effort)) : null;
  const row = {
    sigma_w2,
    sigma_b2,
    keep,
    xi_1: scales?.xi_1 ?? null,
    xi_2: scales?.xi_2 ?? null,
    ...depths,
    ...(Object.fromEntries(
      Object.keys(DEPTH_RULES).map((rule) => [rule, ruled(rule as DepthRuleName)]),
    ) as Record<DepthRuleName, number | null>),
    limit_low: low?.depth ?? null,
    limit_high: high?.depth ?? null,
    limited_by: isTheory ? (limit?.limited_by ?? null) : (fitted?.limited_by ?? null),
    layers_searched: found?.max_layers ?? null,
    ...(width !== undefined && { width_depth }),
    calibration,
    calibrated_depth: calibration && low?.depth ? calibration * low.depth : null,
    measured_depth: near?.column.depth ?? null,
    measured_low: near?.column.low ?? null,
    measured_high: near?.column.high ?? null,
    measured_sigma_w2: near?.column.sigma_w2 ?? null,
    measured_keep: near ? readKeep(near) : null,
    measured_with: near ? describeSettings(near) : null,
    distance: near?.distance ?? null,
    grid: near ? `/v1/grids/${near.grid.id}/frontier` : null,
    float_range_depth: range,
    basis: isTheory ? ('theory' as const) : basisOf(fitted),
    limit_low_limited_by: low?.limited_by ?? null,
    ...(judged && { verdict: judged.verdict, because: judged.because }),
  };
  const known = { scales, fitted, looked, isTheory, trained, near, unread };
  return { ...row, reason: whyNull(row, known, asked) };
}

/** What the answer by the rule rests on; null where that took too much work. */
const basisOf = (fitted: FittedAnswer | null | undefined) =>
  fitted ? (fitted.outside.length > 0 ? ('extrapolated' as const) : ('fitted' as const)) : null;

/** The columns that `reason` explains: those asked for, all where it is asked for alone. */
function listExplained(fields: readonly string[] | undefined): readonly string[] | undefined {
  const others = fields?.filter((name) => name !== 'reason');
  return others && others.length > 0 ? others : undefined;
}

/** Whether any of some columns is asked for. */
export function makeFieldTest(
  fields: readonly string[] | undefined,
): (columns: readonly string[]) => boolean {
  const asked = listExplained(fields);
  return (columns) => !asked || asked.some((name) => columns.includes(name));
}

/** The initialiser as the rule and the grids know it: gaussian weights are gaussian whoever draws them. */
export function readLaw(init: NonNullable<Query['init']>): string {
  const { law } = INITS[resolveInit(init)];
  if (law === 'normal') return 'gaussian';
  return law === 'orthogonal' ? law : init;
}

/** What of a query is given: what is not must not hide what stands for it. */
const dropUndefined = <T extends object>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;

/** What a measured column was trained with, but for what other columns of the answer say. */
function describeSettings({ settings }: Nearest): string {
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
    'accuracy_threshold',
  ]
    .flatMap((name) => (settings[name] === undefined ? [] : [`${name} ${settings[name]}`]))
    .join(', ');
}

/** The depth at which the gradients of networks so wide stray by a factor of e; null where the theory has no number. */
function computeWidthDepth(network: Network): number | null {
  const { noise } = readPlainLayer(network).noise;
  if (network.width === undefined || noise.s4 === undefined || noise.t2) return null;
  return maskCorrelation(network.mask) === 0 ? widthDepth(network) : null;
}

/** The keep of a measured network, as a query gives it. */
function readKeep({ grid, settings, column }: Nearest): number | null {
  return pickKeep(settings, grid.technique as PlanSettings['technique'], column.keep);
}

/** The calibrations of the rows of a request, many of which have the same nearest column. */
const calibrations = new WeakMap<Effort, Map<Nearest['column'], number | null>>();

/** By how much the nearest measured frontier lies above its own cautious estimate. */
function calibrate(near: Nearest, effort: Effort): number | null {
  const known = calibrations.get(effort) ?? new Map<Nearest['column'], number | null>();
  calibrations.set(effort, known);
  const before = known.get(near.column);
  const calibration = before === undefined ? computeCalibration(near) : before;
  known.set(near.column, calibration);
  return calibration;
}

function computeCalibration({ column, grid, settings }: Nearest): number | null {
  if (column.depth === null) return null;
  const { activation, technique } = grid;
  const there = { ...settings, activation, technique } as PlanSettings;
  const { depth } = estimateCautiousLimit(networkFromSettings(there, { ...column, depth: undefined }));
  return depth === null ? null : column.depth / depth;
}
