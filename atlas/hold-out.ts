import { mean, quantile } from 'd3-array';
import { DEPTH_RULES, type DepthRuleName, formDepth } from '../theory/index.ts';
import { stream, uniform } from '../trainer/random/stream.ts';
import type { AtlasColumn } from './columns.ts';
import { type Candidate, columnLogLikelihood, expectedLog, type Fit, fitCandidate } from './fit.ts';

/** How far off predictions are, in ln depth. */
export type Errors = {
  /** root mean square of ln(measured / predicted) */
  readonly rms: number;
  /** median of its absolute value */
  readonly median: number;
  /** geometric mean of measured / predicted */
  readonly ratio: number;
  /** columns with a measured depth */
  readonly columns: number;
};

/** A candidate that was fitted to some columns and compared with others. */
export type HeldOut = {
  readonly fit: Fit;
  /** over keep rates that were held out, over techniques, and over both */
  readonly keeps: Errors;
  readonly techniques: Errors;
  readonly all: Errors;
  /** over all with noise, and over those without */
  readonly noisy: Errors;
  readonly quiet: Errors;
  /** over all but the critical columns without noise, whose xi_2 is above 1000 */
  readonly bounded: Errors;
  /** over each of them */
  readonly groups: Readonly<Record<string, Errors>>;
  /** mean over the held-out columns of the logarithm of the likelihood that the rest gave them, censored ones too */
  readonly log_score: number;
};

/**
 * What a column is held out with: its keep rate for Bernoulli dropout, its technique otherwise.
 *
 * @example heldWith(column)
 */
export function heldWith({ settings: { technique }, keep }: AtlasColumn): string {
  return technique === 'bernoulli' ? `keep ${keep}` : `technique ${technique}`;
}

/**
 * Fits a candidate to all columns, and for each keep rate and each technique once more to all the others, which then have to
 * predict it. Columns with the same scales are held out with it: to know one would be to know the other.
 *
 * @param candidate the candidate
 * @param columns of the usual settings
 * @throws RangeError where nothing is left to fit to
 * @see Stone 1974, "Cross-validatory choice and assessment of statistical predictions"
 * @example holdOut({ form: 'xi_2' }, columns).all.rms
 */
export function holdOut(candidate: Candidate, columns: readonly AtlasColumn[]): HeldOut {
  const groups = new Set(columns.map(heldWith));
  const predicted = new Map<AtlasColumn, number>();
  let score = 0;
  for (const group of groups) {
    const held = columns.filter((column) => heldWith(column) === group);
    const rest = columns.filter(
      (column) => heldWith(column) !== group && !held.some((one) => areTwins(one, column)),
    );
    const fit = fitCandidate(candidate, rest);
    for (const column of held) {
      predicted.set(column, expectedLog(fit, column));
      score += columnLogLikelihood(column, expectedLog(fit, column), fit.spread);
    }
  }
  const among = (wanted: (column: AtlasColumn) => boolean) =>
    errorsOf(columns.filter(wanted), (column) => predicted.get(column) as number);
  return {
    fit: fitCandidate(candidate, columns),
    keeps: among((column) => heldWith(column).startsWith('keep')),
    techniques: among((column) => heldWith(column).startsWith('technique')),
    all: among(() => true),
    noisy: among(({ keep_effective }) => keep_effective < 1),
    quiet: among(({ keep_effective }) => keep_effective === 1),
    bounded: among(({ scales }) => (scales?.xi_2 ?? 0) < CRITICAL),
    groups: Object.fromEntries(
      [...groups].map((group) => [group, among((column) => heldWith(column) === group)]),
    ),
    log_score: score / columns.length,
  };
}

/** Whether the theory cannot tell two columns apart. */
function areTwins(a: AtlasColumn, b: AtlasColumn): boolean {
  const same = (x = 0, y = 0) => Math.abs(x / y - 1) < 1e-3;
  return (
    same(a.scales?.xi_2, b.scales?.xi_2) &&
    same(a.scales?.chi_1, b.scales?.chi_1) &&
    a.settings.width === b.settings.width
  );
}

/** Beyond this a column counts as critical: no noise, and chi_1 nearly 1. */
const CRITICAL = 1000;

/**
 * How far off predictions are. Columns that never cross have no measured depth and do not count.
 *
 * @param columns measured
 * @param expected predicted ln L50
 * @example errorsOf(columns, (column) => Math.log(6 * column.scales.xi_2)).rms
 */
export function errorsOf(columns: readonly AtlasColumn[], expected: (column: AtlasColumn) => number): Errors {
  const errors = columns.flatMap((column) => {
    const { depth } = column.frontier;
    return depth === null ? [] : [Math.log(depth) - expected(column)];
  });
  return {
    rms: Math.sqrt(mean(errors, (error) => error ** 2) ?? Number.NaN),
    median: quantile(errors.map(Math.abs), 0.5) ?? Number.NaN,
    ratio: Math.exp(mean(errors) ?? Number.NaN),
    columns: errors.length,
  };
}

/**
 * The errors of a published rule, which has nothing to fit.
 *
 * @param rule a name of DEPTH_RULES
 * @param columns measured
 * @example ruleErrors('six_xi_2', columns).ratio
 */
export function ruleErrors(rule: DepthRuleName, columns: readonly AtlasColumn[]): Errors {
  const { scale, multiplier } = DEPTH_RULES[rule];
  return errorsOf(columns, ({ scales }) =>
    scales ? Math.log(formDepth(scale, { m: multiplier }, scales)) : Number.NaN,
  );
}

/**
 * 95 % intervals of a fit's parameters, by fitting it to keep rates and techniques drawn anew with replacement: columns of one are
 * not independent of each other, so all of them are drawn together.
 *
 * @param candidate the candidate
 * @param columns of the usual settings
 * @param draws how many
 * @param seed of the draws
 * @see Efron 1979, "Bootstrap methods: another look at the jackknife"
 * @example clusterBootstrap({ form: 'xi_2' }, columns, 200).m
 */
export function clusterBootstrap(
  candidate: Candidate,
  columns: readonly AtlasColumn[],
  draws: number,
  seed = 1,
): Record<string, [number, number]> {
  const random = stream(seed, 'atlas', 'bootstrap');
  const groups = [...new Set(columns.map(heldWith))];
  const planes = groups.map((group) => columns.filter((column) => heldWith(column) === group));
  const drawn = Array.from({ length: draws }, () => {
    const sample = planes.flatMap(() => planes[Math.floor(uniform(random) * planes.length)] as AtlasColumn[]);
    return fitCandidate(candidate, sample).parameters;
  });
  const names = Object.keys(drawn[0] ?? {}) as (keyof Fit['parameters'])[];
  return Object.fromEntries(
    names.map((name) => {
      const values = drawn.map((one) => one[name] as number);
      return [name, [quantile(values, 0.025) as number, quantile(values, 0.975) as number]];
    }),
  );
}
