import {
  DEPTH_FORMS,
  type DepthFormName,
  type FormParameters,
  formDepth,
  millsRatio,
} from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
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

/** The candidates of docs/atlas.md: every form, and all but the constant with an exponent and with a width. */
export const CANDIDATES: readonly Candidate[] = (Object.keys(DEPTH_FORMS) as DepthFormName[]).flatMap(
  (form) => [
    { form },
    ...(form === 'constant'
      ? []
      : [
          { form, extension: 'exponent' as const },
          { form, extension: 'width' as const },
        ]),
  ],
);

/** Spreads below this are no better than the depths that were tried. */
const FINEST = 0.02;

/**
 * The logarithm of the likelihood of a column, given where a candidate expects ln L50: the normal distribution about it
 * averaged over the column's own profile likelihood, so that gaps count as intervals and open ends as bounds.
 *
 * @param column measured
 * @param expected ln L50; Infinity where nothing limits the depth
 * @param spread standard deviation
 * @see Tobin 1958 and Turnbull 1976 (censored and interval-censored observations), here with the profile in place of the interval
 * @example columnLogLikelihood(column, Math.log(40), 0.1)
 */
export function columnLogLikelihood(column: AtlasColumn, expected: number, spread: number): number {
  const { places, weights, step, below, above } = column.likelihood;
  // (nothing limits the depth: that is no worse than any, where no network failed)
  if (expected === Number.POSITIVE_INFINITY) return above.slope === 0 ? above.log : FLOOR;
  let sum = 0;
  for (let i = 0; i < places.length; i++) {
    const z = ((places[i] as number) - expected) / spread;
    if (z > -9 && z < 9) sum += (weights[i] as number) * Math.exp((-z * z) / 2);
  }
  sum *= step / (spread * Math.sqrt(2 * Math.PI));
  sum += tail(below.log, below.slope * spread, (below.from - expected) / spread);
  sum += tail(above.log, above.slope * spread, (expected - above.from) / spread);
  return Math.max(Math.log(sum), FLOOR);
}

/** A column that a candidate excludes altogether costs this much and no more, or its fit would be to that column alone. */
const FLOOR = -50;

/** E of exp(log − slope · distance beyond z standard deviations), over the part of a normal distribution that lies there. */
function tail(log: number, slope: number, z: number): number {
  return Math.exp(log - slope * z + (slope * slope) / 2 + logNormalBelow(z - slope));
}

/** ln P(Z < z) of the normal distribution. */
function logNormalBelow(z: number): number {
  if (z > 0) return Math.log1p(-Math.exp(logNormalBelow(-z)));
  return (-z * z) / 2 - Math.log(2 * Math.PI) / 2 + Math.log(millsRatio(-z));
}

/**
 * Where a fitted candidate expects ln L50 of a column.
 *
 * @param candidate with its parameters
 * @param column with scales
 * @example expectedLog(fit, column)
 */
export function expectedLog(
  { candidate, parameters }: Pick<Fit, 'candidate' | 'parameters'>,
  column: AtlasColumn,
): number {
  if (!column.scales) return Number.NaN;
  return Math.log(formDepth(candidate.form, parameters, column.scales, column.settings.width));
}

/**
 * Fits a candidate by maximum likelihood, with the simplex of Nelder and Mead from two starts.
 *
 * @param candidate what to fit
 * @param columns to fit it to; those without scales are left out
 * @throws RangeError without columns
 * @example fitCandidate({ form: 'xi_2' }, columns).parameters.m
 */
export function fitCandidate(candidate: Candidate, columns: readonly AtlasColumn[]): Fit {
  const used = columns.filter(({ scales }) => scales);
  if (used.length === 0) throw new RangeError('There are no columns to fit to.');
  const names = parameterNames(candidate);
  const read = (point: readonly number[]) => ({
    parameters: Object.fromEntries(
      names.map((name, i) => [name, Math.exp(point[i] as number)]),
    ) as FormParameters,
    spread: FINEST + Math.exp(point[names.length] as number),
  });
  const loss = (point: readonly number[]) => {
    const { parameters, spread } = read(point);
    if (!Object.values(parameters).every((value = 1) => value > 1e-12 && value < 1e12) || spread > 1e3)
      return 1e9;
    return -used.reduce(
      (sum, column) =>
        sum + columnLogLikelihood(column, expectedLog({ candidate, parameters }, column), spread),
      0,
    );
  };
  const depths = used.flatMap(({ frontier, scales }) =>
    frontier.depth && scales
      ? [Math.log(frontier.depth) - Math.log(formDepth(candidate.form, { m: 1, b: 0.3 }, scales))]
      : [],
  );
  const middle = depths.filter(Number.isFinite).toSorted((a, b) => a - b)[depths.length >> 1] ?? 0;
  const starts = [
    { b: Math.log(0.3), p: 0.1, v: Math.log(0.5), spread: Math.log(0.15) },
    { b: Math.log(2), p: -0.3, v: Math.log(0.1), spread: Math.log(0.4) },
  ];
  const found = starts.map((start) => {
    let point = [...names.map((name) => (name === 'm' ? middle : start[name])), start.spread];
    // (a simplex that has collapsed early goes on from where it stands)
    for (let again = 0; again < 2; again++) point = minimise(loss, point);
    return { point, value: loss(point) };
  });
  const best = found.reduce((a, b) => (b.value < a.value ? b : a));
  return { candidate, ...read(best.point), log_likelihood: -best.value };
}

/** The free numbers of a candidate, in order. */
function parameterNames({ form, extension }: Candidate): ('m' | 'b' | 'p' | 'v')[] {
  return [
    'm',
    ...('chaotic' in DEPTH_FORMS[form] ? (['b'] as const) : []),
    ...(extension === 'exponent' ? (['p'] as const) : []),
    ...(extension === 'width' ? (['v'] as const) : []),
  ];
}
