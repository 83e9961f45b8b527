import {
  DEPTH_FORMS,
  type DepthForm,
  type DepthFormName,
  type FormParameterName,
  type FormParameters,
  formDepth,
  millsRatio,
  type OptimiserEffect,
  type Training,
} from '../theory/index.ts';
import type { AtlasColumn, Settings } from './columns.ts';
import { minimise } from './simplex.ts';

/** A candidate: a form, and which of its extensions are free. */
export type Candidate = { readonly form: DepthFormName; readonly extension?: 'exponent' | 'width' };

/** A candidate with its numbers. */
export type Fit = {
  readonly candidate: Candidate;
  readonly parameters: FormParameters;
  /** standard deviation of ln L50 about the candidate */
  readonly spread: number;
  /** of all columns together */
  readonly log_likelihood: number;
};

/** Forms that were compared with an exponent, too: those of the first round. */
const POWERS: ReadonlySet<DepthFormName> = new Set([
  'xi_2',
  'xi_1',
  'min',
  'harmonic',
  'chaos',
  'trajectory',
]);

/**
 * The candidates of docs/atlas.md: every form, those made from depth scales with a width, too, the older ones with an exponent.
 */
export const CANDIDATES: readonly Candidate[] = (Object.keys(DEPTH_FORMS) as DepthFormName[]).flatMap(
  (form) => [
    { form },
    ...(POWERS.has(form) ? [{ form, extension: 'exponent' as const }] : []),
    ...('rate' in DEPTH_FORMS[form] && form !== 'constant' ? [{ form, extension: 'width' as const }] : []),
  ],
);

/** What optimisers are like that need no fit: momentum 0.9 adds up ten gradients. */
export const PLAIN_OPTIMISERS: Readonly<Record<string, Effect>> = {
  sgd: { normalised: false, rate: 1, usual: [0.003, 0.03] },
  momentum: { normalised: false, rate: 10, usual: [0.001, 0.01] },
};

/** What an optimiser is like, whatever its rates that were measured. */
export type Effect = Omit<OptimiserEffect, 'rates'>;

/** Spreads below this are no better than the depths that were tried. */
const MIN_SPREAD = 0.02;

/**
 * The logarithm of the likelihood of a column, given where a candidate expects ln L50: the normal distribution about it
 * averaged over the column's own profile likelihood, so that gaps count as intervals and open ends as bounds.
 * @see Tobin 1958 and Turnbull 1976 (censored and interval-censored observations), here with the profile in place of the interval
 */
export function computeLogLikelihood(column: AtlasColumn, expected: number, spread: number): number {
  const { places, weights, step, below, above } = column.likelihood;
  // (nothing limits the depth: that is no worse than any, where no network failed)
  if (expected === Number.POSITIVE_INFINITY) return above.slope === 0 ? above.log : FLOOR;
  if (expected === Number.NEGATIVE_INFINITY) return below.slope === 0 ? below.log : FLOOR;
  let sum = 0;
  for (let i = 0; i < places.length; i++) {
    const z = ((places[i] as number) - expected) / spread;
    if (z > -9 && z < 9) sum += (weights[i] as number) * Math.exp((-z * z) / 2);
  }
  sum *= step / (spread * Math.sqrt(2 * Math.PI));
  sum += integrateTail(below.log, below.slope * spread, (below.from - expected) / spread);
  sum += integrateTail(above.log, above.slope * spread, (expected - above.from) / spread);
  return Math.max(Math.log(sum), FLOOR);
}

/** A column that a candidate excludes altogether costs this much and no more, or its fit would be to that column alone. */
const FLOOR = -50;

/** E of exp(log − slope · distance beyond z standard deviations), over the part of a normal distribution that lies there. */
function integrateTail(log: number, slope: number, z: number): number {
  return Math.exp(log - slope * z + (slope * slope) / 2 + logNormalCdf(z - slope));
}

/** ln P(Z < z) of the normal distribution. */
function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-Math.exp(logNormalCdf(-z)));
  return (-z * z) / 2 - Math.log(2 * Math.PI) / 2 + Math.log(millsRatio(-z));
}

/** Where a fitted candidate expects ln L50 of a column. */
export function predictLog(
  { candidate, parameters }: Pick<Fit, 'candidate' | 'parameters'>,
  { scales, settings, learning_rate }: AtlasColumn,
  optimisers: Readonly<Record<string, Effect>> = PLAIN_OPTIMISERS,
): number {
  const effect = optimisers[settings.optimiser];
  if (!scales || !effect) return Number.NaN;
  const training = toTraining(settings, effect, learning_rate);
  return Math.log(formDepth(candidate.form, { ...parameters, ...effect.parameters }, scales, training));
}

/** How a form is told of a column's training. */
export function toTraining(
  { width, steps, batch, init }: Settings,
  { normalised, rate }: Effect,
  learning_rate: number,
): Training {
  const orthogonal = init === 'orthogonal';
  return { width, steps, batch, normalised, orthogonal, learning_rate: rate * learning_rate };
}

/** Where a fit begins, by number; that of the depth scales' multiplier follows from the columns. */
const STARTS: Readonly<Record<Exclude<FormParameterName, 'm'>, readonly [number, number]>> = {
  n: [8, 4],
  b: [0.3, 1],
  p: [1.2, 0.7],
  v: [0.5, 0.1],
  t: [6, 8],
  signal: [9.5, 11],
  noise: [4.2, 7],
  step: [11, 12],
  aspect: [3.2, 2.5],
  signal_spread: [2, 0.5],
  aspect_power: [4.5, 3],
  blend: [1.5, 1],
};

/** Fits a candidate by maximum likelihood, with the simplex of Nelder and Mead from two starts. */
export function fitCandidate(
  candidate: Candidate,
  columns: readonly AtlasColumn[],
  near?: Pick<Fit, 'parameters' | 'spread'>,
): Fit {
  const used = columns.filter(({ scales, settings }) => scales && settings.optimiser in PLAIN_OPTIMISERS);
  if (used.length === 0) throw new RangeError('There are no columns to fit to.');
  const names = listParameters(candidate);
  const read = (point: readonly number[]) => ({
    parameters: Object.fromEntries(
      names.map((name, i) => [name, Math.exp(point[i] as number)]),
    ) as FormParameters,
    spread: MIN_SPREAD + Math.exp(point[names.length] as number),
  });
  const loss = (point: readonly number[]) => {
    const { parameters, spread } = read(point);
    if (!Object.values(parameters).every((value = 1) => value > 1e-9 && value < 1e9) || spread > 1e3)
      return 1e9;
    return -used.reduce(
      (sum, column) =>
        sum + computeLogLikelihood(column, predictLog({ candidate, parameters }, column), spread),
      0,
    );
  };
  const toPoint = ({ parameters, spread }: Pick<Fit, 'parameters' | 'spread'>) => [
    ...names.map((name) => Math.log(Math.max(parameters[name] ?? 1, 1e-6))),
    Math.log(Math.max(spread - MIN_SPREAD, 1e-3)),
  ];
  const starts = near
    ? [toPoint(near)]
    : [0, 1].map((i) => {
        const others = Object.fromEntries(
          names.map((name) => [name, name === 'm' ? 1 : (STARTS[name][i] as number)]),
        ) as FormParameters;
        const m = names.includes('m') ? findMultiplier(candidate, others, used) : 1;
        return toPoint({ parameters: { ...others, m }, spread: i === 0 ? 0.15 : 0.4 });
      });
  const found = starts.map((start) => {
    let point = start;
    let value = Number.POSITIVE_INFINITY;
    // (a simplex that has collapsed early goes on from where it stands)
    for (let again = 0; again < MAX_RESTARTS; again++) {
      point = minimise(loss, point);
      const reached = loss(point);
      if (value - reached < 1e-3) break;
      value = reached;
    }
    return { point, value: loss(point) };
  });
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  return { candidate, ...read(best.point), log_likelihood: -best.value };
}

/** A simplex is started anew so often at most. */
const MAX_RESTARTS = 5;

/** The middle of measured over predicted with m 1. */
function findMultiplier(
  candidate: Candidate,
  parameters: FormParameters,
  columns: readonly AtlasColumn[],
): number {
  const logs = columns
    .flatMap((column) =>
      column.frontier.depth
        ? [
            Math.log(column.frontier.depth) -
              predictLog({ candidate, parameters: { ...parameters, v: 0 } }, column),
          ]
        : [],
    )
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  return Math.exp(logs[logs.length >> 1] ?? 0);
}

/** The free numbers of a candidate, in order. */
function listParameters({ form, extension }: Candidate): FormParameterName[] {
  const { free }: DepthForm = DEPTH_FORMS[form];
  return [
    ...free,
    ...(extension === 'exponent' ? (['p'] as const) : []),
    ...(extension === 'width' ? (['v'] as const) : []),
  ];
}

/**
 * What another optimiser is like, given the numbers that were fitted to gradient descent: those of its numbers that are its own, by maximum
 * likelihood.
 */
export function fitOptimiser(
  { candidate, parameters, spread }: Fit,
  columns: readonly AtlasColumn[],
  start: {
    readonly normalised: boolean;
    readonly rate: number;
    readonly usual: readonly [number, number];
    readonly own: readonly FormParameterName[];
    readonly parameters?: FormParameters | undefined;
  },
): OptimiserEffect {
  const used = columns.filter(({ scales }) => scales);
  if (used.length === 0) throw new RangeError('There are no columns to fit to.');
  const { normalised, rate, usual, own, parameters: given = {} } = start;
  const read = (point: readonly number[]) => ({
    ...{ normalised, rate, usual },
    parameters: {
      ...given,
      ...Object.fromEntries(own.map((name, i) => [name, Math.exp(point[i] as number)])),
    },
  });
  const loss = (point: readonly number[]) => {
    if (!point.every((x) => Math.abs(x) < 12)) return 1e9;
    const effect = read(point);
    return -used.reduce(
      (sum, column) =>
        sum +
        computeLogLikelihood(
          column,
          predictLog({ candidate, parameters }, column, { [column.settings.optimiser]: effect }),
          spread,
        ),
      0,
    );
  };
  let point = own.map((name) => Math.log({ ...parameters, ...given }[name] ?? 1));
  for (let again = 0; again < MAX_RESTARTS; again++) point = minimise(loss, point);
  const rates = used.map(({ learning_rate }) => learning_rate);
  return { ...read(point), rates: [Math.min(...rates), Math.max(...rates)] };
}
