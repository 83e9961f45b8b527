import { resolveInit } from '../../catalogue/inits.ts';
import { pickKeep } from '../../catalogue/techniques.ts';
import { networkFromSettings, type PlanSettings } from '../../networks/from-plan.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { FITTED_COLUMNS, FITTED_RATE_COLUMN } from '../../schemas/endpoints/fitted.ts';
import { trainableDepthContract } from '../../schemas/endpoints/trainable-depth.ts';
import {
  applyRule,
  count,
  DEPTH_RULES,
  type DepthRuleName,
  depthScales,
  describeNetwork,
  estimateCautiousLimit,
  estimateLimits,
  type FittedDepth,
  hasDepthScales,
  INITS,
  maskCorrelation,
  type Network,
  rangeLimit,
  readPlainLayer,
  widthDepth,
} from '../../theory/index.ts';
import type { Budget } from '../budget.ts';
import type { Nearest } from '../measured/nearest.ts';
import { FITTING, fittedColumns, fittedFor, RULE_NOTE } from '../rule.ts';
import { endpoint, type Point, withoutDropout } from './endpoint.ts';
import { whyNull } from './why-null.ts';

type Lists = ReturnType<(typeof trainableDepthContract)['query']['parse']>;
type Query = Point<Lists>;

/** The work of writing the sentences of an answer, in evaluations. */
const WORDS = 200;

/** The columns of the fitted rule, and those that say what the answer is. */
const FITTED = [...Object.keys({ ...FITTED_COLUMNS, ...FITTED_RATE_COLUMN }), 'limited_by', 'basis'];

/** The columns that q ends where it leaves float32. */
const RANGED = [...FITTED, 'float_range_depth'];

/** The columns that need the nearest measurement. */
const MEASURED = [
  ...['calibration', 'calibrated_depth', 'measured_depth', 'measured_low', 'measured_high'],
  ...['measured_sigma_w2', 'measured_keep', 'measured_with', 'distance', 'grid'],
];

/** The columns that need a trajectory to be followed. */
const ESTIMATED = [
  'limit_low',
  'limit_high',
  'limit_low_limited_by',
  'layers_searched',
  'calibration',
  'calibrated_depth',
];

/** `GET /v1/trainable-depth`: predictions and measurements side by side. */
export const trainableDepthEndpoint = endpoint(trainableDepthContract, {
  read: ({ activation }, { measurements, fields }) =>
    makeFieldTest(fields)(MEASURED) ? measurements.read(activation) : Promise.resolve(),
  answer: (query, { measurements, budget, fields }) => {
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
    const layer = equal ? readPlainLayer(network) : undefined;
    const scales = equal ? depthScales(network, budget.goesOn) : undefined;
    const ruled = (rule: DepthRuleName) => (scales ? applyRule(rule, scales).depth : null);
    const { data, width, steps, batch, learning_rate, optimiser } = query;
    const init = query.init && readLaw(query.init);
    const settings = { data, width, steps, batch, learning_rate, optimiser, init };
    // (networks are trained with masks of their own)
    const trained = maskCorrelation(query.mask) === 0;
    const asked = listExplained(fields);
    const asks = makeFieldTest(fields);
    const range = layer && !layer.batch_norm && asks(RANGED) ? computeRange(network) : null;
    const width_depth = equal && asks(['width_depth']) ? computeWidthDepth(network) : null;
    const looked = asks(ESTIMATED);
    const { technique, schedule, carry, branch } = query;
    const looksUp = trained && asks(MEASURED);
    const near = looksUp
      ? budget.attempt(() =>
          measurements.nearest({
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
    const attempted = trained && asks(FITTED) ? budget.attempt(rule) : undefined;
    const fitted = attempted?.fitted;
    const depths = fittedColumns(fitted ?? null, range);
    // (where the rule took too much work it may have an answer)
    const isTheory = attempted !== null && !fitted;
    const pairs = { c_diff: query.c_diff };
    const found = looked ? budget.attempt(() => estimateLimits(network, pairs)) : null;
    const { low, high } = found ?? {};
    const limit =
      isTheory && !looked && asks(['limited_by'])
        ? budget.attempt(() => estimateCautiousLimit(network, pairs))
        : low;
    const calibration = looked && near ? budget.attempt(() => calibrate(near, budget)) : null;
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
      limited_by: isTheory ? (limit?.limited_by ?? null) : limitOf(fitted, depths.fitted_depth),
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
    };
    const unread = measurements.failed;
    const known = { scales, fitted, looked, isTheory, trained, near, unread };
    return [{ ...row, reason: whyNull(row, known, asked) }];
  },
  instead: (fields) =>
    makeFieldTest(fields)(ESTIMATED) ? 'Or for columns that follow no trajectory: field=fitted_depth.' : '',
  notes: (query) => [RULE_NOTE, ...withoutDropout(query, ['bernoulli'])],
  also: (query) => (isBeyondRule(query) ? ['limit_low', 'limit_high'] : []),
});

/** Whether the rule has no answer for some of the networks of a query, whatever they are otherwise: the theory's is shown then. */
const isBeyondRule = ({ schedule, carry, branch, mask }: Lists): boolean =>
  schedule.some((one) => one !== 'constant') ||
  carry.some((one) => one !== 0) ||
  branch.some((one) => one !== 1) ||
  mask.some((one) => maskCorrelation(one) !== 0);

/** What the answer by the rule rests on; null where that took too much work. */
const basisOf = (fitted: FittedDepth | null | undefined) =>
  fitted ? (fitted.outside.length > 0 ? ('extrapolated' as const) : ('fitted' as const)) : null;

/** What limits a depth by the rule, which ends where q leaves float32. */
const limitOf = (fitted: FittedDepth | null | undefined, depth: number | null) => {
  if (!fitted || depth === null) return null;
  return depth < fitted.depth ? ('float_range' as const) : fitted.limited_by;
};

/** The columns that `reason` explains: those asked for, all where it is asked for alone. */
function listExplained(fields: readonly string[] | undefined): readonly string[] | undefined {
  const others = fields?.filter((name) => name !== 'reason');
  return others && others.length > 0 ? others : undefined;
}

/** Whether any of some columns is asked for. */
function makeFieldTest(fields: readonly string[] | undefined): (columns: readonly string[]) => boolean {
  const asked = listExplained(fields);
  return (columns) => !asked || asked.some((name) => columns.includes(name));
}

/** The initialiser as the rule and the grids know it: gaussian weights are gaussian whoever draws them. */
function readLaw(init: NonNullable<Query['init']>): string {
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

/** The depth at which q leaves float32; null where it never does. */
function computeRange(network: Network): number | null {
  const { activation, noise, sigma_w2, sigma_b2 } = readPlainLayer(network);
  return rangeLimit(activation.phi, sigma_w2 * noise.noise.s2, sigma_b2, network.stem.q0);
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
const calibrations = new WeakMap<Budget, Map<Nearest['column'], number | null>>();

/** By how much the nearest measured frontier lies above its own cautious estimate. */
function calibrate(near: Nearest, budget: Budget): number | null {
  const known = calibrations.get(budget) ?? new Map<Nearest['column'], number | null>();
  calibrations.set(budget, known);
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
