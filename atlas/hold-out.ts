import { mean, quantile } from 'd3-array';
import { DEPTH_RULES, type DepthRuleName, formDepth } from '../theory/index.ts';
import { createStream, drawUniform } from '../trainer/random/stream.ts';
import type { AtlasColumn } from './columns.ts';
import { type Candidate, computeLogLikelihood, type Fit, fitCandidate, predictLog } from './fit.ts';

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

/** Columns that are held out together, and the fit to the others. */
export type HeldGroup = {
  readonly name: string;
  readonly columns: readonly AtlasColumn[];
  /** those that it was fitted to */
  readonly rest: readonly AtlasColumn[];
  readonly fit: Fit;
  readonly errors: Errors;
};

/** A candidate that was fitted to some columns and compared with others. */
export type HeldOut = {
  readonly fit: Fit;
  readonly groups: readonly HeldGroup[];
  /** the largest rms of a group, and the mean over groups */
  readonly worst: number;
  readonly mean: number;
  /** over all columns, as often as they were held out */
  readonly all: Errors;
  /** mean over the held-out columns of the logarithm of the likelihood that the rest gave them, censored ones too */
  readonly log_score: number;
};

/** Activations that are held out together: with one of them known the other is known. */
const FAMILIES: Readonly<Record<string, string>> = { leaky_relu: 'relu' };

/** A group with fewer columns says nothing of the form. */
const MIN_COLUMNS = 3;

/**
 * The groups that columns are held out in: every keep rate of Bernoulli dropout, every family of activations, every other technique.
 * A column is in two of them.
 */
export function groupsOf(columns: readonly AtlasColumn[]): Map<string, AtlasColumn[]> {
  const groups = new Map<string, AtlasColumn[]>();
  const add = (name: string, column: AtlasColumn) => groups.set(name, [...(groups.get(name) ?? []), column]);
  for (const column of columns) {
    const { activation, technique } = column.settings;
    add(technique === 'bernoulli' ? `keep ${column.keep}` : `technique ${technique}`, column);
    add(`family ${FAMILIES[activation] ?? activation}`, column);
  }
  return new Map([...groups].filter(([, own]) => own.length >= MIN_COLUMNS));
}

/**
 * Fits a candidate with every group of columns left out in turn, and sees how well it predicts it. Columns that the theory cannot tell
 * apart are held out together: to know one would be to know the other. A group that leaves nothing to fit to is none.
 * @see Stone 1974, "Cross-validatory choice and assessment of statistical predictions"
 */
export function holdOut(candidate: Candidate, columns: readonly AtlasColumn[]): HeldOut {
  const fit = fitCandidate(candidate, columns);
  let score = 0;
  const groups = [...groupsOf(columns)].flatMap(([name, held]): HeldGroup[] => {
    const own = new Set(held);
    const rest = columns.filter((column) => !own.has(column) && !held.some((one) => areTwins(one, column)));
    if (rest.length === 0) return [];
    const without = fitCandidate(candidate, rest, fit);
    for (const column of held)
      score += computeLogLikelihood(column, predictLog(without, column), without.spread);
    const errors = measureErrors(held, (column) => predictLog(without, column));
    return [{ name, columns: held, rest, fit: without, errors }];
  });
  const measured = groups.filter(({ errors }) => errors.columns > 0);
  const everyone = measured.flatMap((group) =>
    group.columns.map((column) => ({ column, expected: predictLog(group.fit, column) })),
  );
  return {
    fit,
    groups,
    worst: Math.max(...measured.map(({ errors }) => errors.rms)),
    mean: mean(measured, ({ errors }) => errors.rms) ?? Number.NaN,
    all: measureErrors(
      everyone.map(({ column }) => column),
      (_, i) => (everyone[i] as (typeof everyone)[number]).expected,
    ),
    log_score: score / groups.reduce((sum, { columns: { length } }) => sum + length, 0),
  };
}

/** Whether the theory cannot tell two columns apart. */
function areTwins(a: AtlasColumn, b: AtlasColumn): boolean {
  const isClose = (x = 0, y = 0) => x === y || Math.abs(x / y - 1) < 1e-3;
  return (
    isClose(a.scales?.xi_2, b.scales?.xi_2) &&
    isClose(a.scales?.chi_1, b.scales?.chi_1) &&
    isClose(a.scales?.growth, b.scales?.growth) &&
    a.settings.width === b.settings.width
  );
}

/** How far off predictions are. Columns that never cross have no measured depth and do not count. */
export function measureErrors(
  columns: readonly AtlasColumn[],
  expected: (column: AtlasColumn, i: number) => number,
): Errors {
  const errors = columns.flatMap((column, i) => {
    const { depth } = column.frontier;
    return depth === null ? [] : [Math.log(depth) - expected(column, i)];
  });
  return {
    rms: Math.sqrt(mean(errors, (error) => error ** 2) ?? Number.NaN),
    median: quantile(errors.map(Math.abs), 0.5) ?? Number.NaN,
    ratio: Math.exp(mean(errors) ?? Number.NaN),
    columns: errors.length,
  };
}

/** The errors of a published rule, which has nothing to fit. */
export function measureRuleErrors(rule: DepthRuleName, columns: readonly AtlasColumn[]): Errors {
  const { scale, multiplier } = DEPTH_RULES[rule];
  return measureErrors(columns, ({ scales }) =>
    scales ? Math.log(formDepth(scale, { m: multiplier }, scales)) : Number.NaN,
  );
}

/**
 * 95 % intervals of a fit's parameters, by fitting it to groups drawn anew with replacement: columns of one are not independent of
 * each other, so all of them are drawn together.
 * @see Efron 1979, "Bootstrap methods: another look at the jackknife"
 */
export function bootstrapClusters(
  fit: Fit,
  columns: readonly AtlasColumn[],
  draws: number,
  seed = 1,
): Record<string, [number, number]> {
  const random = createStream(seed, 'atlas', 'bootstrap');
  const clusters = new Map<string, AtlasColumn[]>();
  for (const column of columns) {
    const { activation, technique } = column.settings;
    const name = `${technique} ${column.keep} ${activation}`;
    clusters.set(name, [...(clusters.get(name) ?? []), column]);
  }
  const planes = [...clusters.values()];
  const drawn = Array.from({ length: draws }, () => {
    const sample = planes.flatMap(
      () => planes[Math.floor(drawUniform(random) * planes.length)] as AtlasColumn[],
    );
    return fitCandidate(fit.candidate, sample, fit).parameters;
  });
  const names = Object.keys(fit.parameters) as (keyof Fit['parameters'])[];
  return Object.fromEntries(
    names.map((name) => {
      const values = drawn.map((one) => one[name] as number);
      return [name, [quantile(values, 0.025) as number, quantile(values, 0.975) as number]];
    }),
  );
}
