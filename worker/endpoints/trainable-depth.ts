import { resolveInit } from '../../catalogue/inits.ts';
import type { TrainedTechnique } from '../../catalogue/techniques.ts';
import { FITTED_COLUMNS, FITTED_RATE_COLUMN } from '../../schemas/endpoints/fitted.ts';
import { trainableDepthContract } from '../../schemas/endpoints/trainable-depth.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import {
  count,
  DEPTH_RULES,
  type DepthRuleName,
  depthScales,
  INITS,
  initVariances,
  maskCorrelation,
  networkSettings,
  rangeLimit,
  ruledDepth,
  widthDepth,
} from '../../theory/index.ts';
import type { Nearest } from '../measured/nearest.ts';
import { FITTING, fittedColumns, fittedFor, RULE_NOTE } from '../rule.ts';
import { estimates, looksTo } from './depth-estimates.ts';
import { endpoint, type Point } from './endpoint.ts';
import { activationOf, keepIn, mapsOf, noiseIn } from './network.ts';
import { withoutDropout } from './technique-notes.ts';
import { whyNull } from './why-null.ts';

type Asked = Point<ReturnType<(typeof trainableDepthContract)['query']['parse']>>;

/** A query with its variances, whoever gave them. */
type Query = Asked & ReturnType<typeof weightsOf>;

/** The work of writing the sentences of an answer, in evaluations. */
const WORDS = 200;

/** The columns of the fitted rule. */
const FITTED = Object.keys({ ...FITTED_COLUMNS, ...FITTED_RATE_COLUMN });

/** The columns that need the nearest measurement. */
const MEASURED = [
  ...['calibration', 'calibrated_depth', 'measured_depth', 'measured_low', 'measured_high'],
  ...['measured_sigma_w2', 'measured_keep', 'measured_with', 'distance', 'grid'],
];

/** The columns that need a trajectory to be followed. */
const ESTIMATED = [
  'estimate_low',
  'estimate_high',
  'limited_by',
  'looked_to',
  'calibration',
  'calibrated_depth',
];

/** `GET /v1/trainable-depth`: predictions and measurements side by side. */
export const trainableDepthEndpoint = endpoint(trainableDepthContract, {
  read: ({ activation }, { measurements, fields }) =>
    asksAmong(fields)(MEASURED) ? measurements.read(activation) : Promise.resolve(),
  answer: (point, { measurements, budget, fields }) => {
    count(WORDS);
    const query: Query = { ...point, ...weightsOf(point) };
    const keep = keepIn(query);
    const equal = query.schedule === 'constant' && query.carry === 0 && query.branch === 1;
    const scales = equal ? depthScales(query, budget.goesOn) : undefined;
    const range = scales && !mapsOf(query.technique) ? reachOf(query) : null;
    const ruled = (rule: DepthRuleName) => (scales ? ruledDepth(rule, scales).depth : null);
    const width_depth = widthOf(query);
    const { data, width, steps, batch, learning_rate, optimiser } = query;
    const init = query.init && lawOf(query.init);
    const settings = { data, width, steps, batch, learning_rate, optimiser, init };
    // (networks are trained with masks of their own)
    const trained = maskCorrelation(query.mask) === 0;
    const asked = explained(fields);
    const asks = asksAmong(fields);
    const looked = asks(ESTIMATED);
    const { technique, schedule, carry, branch } = query;
    const looksUp = trained && asks(MEASURED);
    const near = looksUp
      ? budget.attempt(() =>
          measurements.nearest({
            ...networkSettings(query),
            technique,
            data,
            settings: { ...FITTING.rule.conditions, ...given({ ...settings, schedule, carry, branch }) },
          }),
        )
      : undefined;
    const rule = () =>
      scales && {
        fitted: fittedFor(query, settings, scales),
      };
    const fitted = trained && asks(FITTED) ? budget.attempt(rule)?.fitted : undefined;
    const found = looked
      ? budget.attempt(() => estimates(query, { q0: query.q0, c_diff: query.c_diff }))
      : null;
    const [low, high] = found ?? [];
    const calibration = looked && near ? budget.attempt(() => factorOf(near)) : null;
    const row = {
      sigma_w2: query.sigma_w2,
      sigma_b2: query.sigma_b2,
      keep,
      xi_1: scales?.xi_1 ?? null,
      xi_2: scales?.xi_2 ?? null,
      ...fittedColumns(fitted ?? null, range),
      ...(Object.fromEntries(
        Object.keys(DEPTH_RULES).map((rule) => [rule, ruled(rule as DepthRuleName)]),
      ) as Record<DepthRuleName, number | null>),
      estimate_low: low?.depth ?? null,
      estimate_high: high?.depth ?? null,
      limited_by: low?.limited_by ?? null,
      looked_to: found && looksTo(query),
      ...(width !== undefined && { width_depth }),
      calibration,
      calibrated_depth: calibration && low?.depth ? calibration * low.depth : null,
      measured_depth: near?.column.depth ?? null,
      measured_low: near?.column.low ?? null,
      measured_high: near?.column.high ?? null,
      measured_sigma_w2: near?.column.sigma_w2 ?? null,
      measured_keep: near ? (near.grid.technique === 'none' ? 1 : (noiseThere(near).keep ?? null)) : null,
      measured_with: near ? inWords(near) : null,
      distance: near?.distance ?? null,
      grid: near ? `/v1/grids/${near.grid.id}/frontier` : null,
      float_range_depth: range,
    };
    const unread = measurements.failed;
    return [{ ...row, reason: whyNull(row, { scales, fitted, looked, trained, near, unread }, asked) }];
  },
  instead: (fields) =>
    asksAmong(fields)(ESTIMATED) ? 'Or for columns that follow no trajectory: field=fitted_depth.' : '',
  notes: (query) => [RULE_NOTE, ...withoutDropout(query, ['bernoulli'])],
});

/** The columns that `reason` explains: those asked for, all where it is asked for alone. */
function explained(fields: readonly string[] | undefined): readonly string[] | undefined {
  const others = fields?.filter((name) => name !== 'reason');
  return others && others.length > 0 ? others : undefined;
}

/** Whether any of some columns is asked for. */
function asksAmong(fields: readonly string[] | undefined): (columns: readonly string[]) => boolean {
  const asked = explained(fields);
  return (columns) => !asked || asked.some((name) => columns.includes(name));
}

/** The variances that a query gives, or its initialiser in hidden layers of its width (or of the rule's). */
function weightsOf({ init, sigma_w2, sigma_b2, width = FITTING.rule.conditions.width }: Asked) {
  // (the contract asks for sigma_w2 where no initialiser says it)
  if (init === undefined) return { sigma_w2: sigma_w2 as number, sigma_b2: sigma_b2 ?? 0 };
  const layer = { fan_in: width, fan_out: width };
  const own = initVariances(
    resolveInit(init),
    { ...layer, ...(sigma_w2 !== undefined && { sigma_w2 }) },
    init,
  );
  return { ...own, ...(sigma_b2 !== undefined && { sigma_b2 }) };
}

/** The initialiser as the rule and the grids know it: gaussian weights are gaussian whoever draws them. */
function lawOf(init: NonNullable<Asked['init']>): string {
  const { law } = INITS[resolveInit(init)];
  if (law === 'normal') return 'gaussian';
  return law === 'orthogonal' ? law : init;
}

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

/** The depth at which q leaves float32; null where it never does. */
function reachOf(query: Query): number | null {
  return rangeLimit(activationOf(query), query.sigma_w2 * noiseIn(query).s2, query.sigma_b2, query.q0);
}

/** The depth at which the gradients of networks so wide stray by a factor of e; null where the theory has no number. */
function widthOf(query: Query): number | null {
  const { width, mask, schedule, q0, sigma_w2, sigma_b2, carry, branch } = query;
  const noise = noiseIn(query);
  if (width === undefined || schedule !== 'constant' || noise.s4 === undefined || noise.t2) return null;
  if (maskCorrelation(mask) !== 0) return null;
  const layer = { sigma_w2, sigma_b2, noise, carry, branch, maps: mapsOf(query.technique) };
  return widthDepth(activationOf(query), layer, width, q0);
}

/** The noise of a measured network, as a query gives it. */
function noiseThere({ grid, settings, column }: Nearest): Record<string, number> {
  return noiseGiven(settings, grid.technique as TrainedTechnique, column.keep);
}

/** By how much the nearest measured frontier lies above its own cautious estimate. */
function factorOf(near: Nearest): number | null {
  const { column, grid, settings } = near;
  if (column.depth === null) return null;
  const { schedule = 'constant', carry = 0, branch = 1 } = settings as Partial<Query>;
  const { activation, technique } = grid as Pick<Query, 'activation' | 'technique'>;
  const there = estimates({
    ...{ activation, technique, ...noiseThere(near), mask: 'independent' },
    ...{ sigma_w2: column.sigma_w2, sigma_b2: column.sigma_b2, schedule, carry, branch },
  })[0].depth;
  return there === null ? null : column.depth / there;
}
