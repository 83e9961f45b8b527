import { quantile } from 'd3-array';
import { type DepthRuleFile, depthRuleSchema } from '../schemas/depth-rule.ts';
import {
  DEPTH_FORMS,
  type DepthForm,
  formDepth,
  locateNetwork,
  measureDistance,
  type OptimiserEffect,
} from '../theory/index.ts';
import { type AtlasColumn, CONDITIONS, isFitted, isUsual } from './columns.ts';
import type { Factor } from './factors.ts';
import {
  CANDIDATES,
  type Candidate,
  type Effect,
  type Fit,
  fitCandidate,
  fitOptimiser,
  PLAIN_OPTIMISERS,
  predictLog,
  toTraining,
} from './fit.ts';
import { bootstrapClusters, type Errors, type HeldOut, holdOut, measureErrors } from './hold-out.ts';
import { minimise } from './simplex.ts';

/** Draws of the bootstrap. */
const DRAWS = 60;

/** The candidates compared, and the one that predicts best. */
export type Choice = {
  /** in the order of the candidates */
  readonly fits: readonly Fit[];
  /** of the few that fit best */
  readonly held: readonly HeldOut[];
  readonly chosen: Candidate;
  /** the columns that they were fitted to */
  readonly usual: readonly AtlasColumn[];
};

/** So many candidates are held out: those with the largest likelihood. */
const MAX_HELD_OUT = 6;

/**
 * Fits all candidates to the columns of gradient descent under the conditions, each at the best of its learning rates, and takes
 * the one with the smallest error on the worst group that was held out.
 */
export function chooseRule(
  columns: readonly AtlasColumn[],
  candidates: readonly Candidate[] = CANDIDATES,
): Choice {
  const usual = columns.filter(({ settings, scales }) => isUsual(settings) && scales);
  const fits = candidates.map((candidate) => fitCandidate(candidate, usual));
  const best = fits.toSorted((a, b) => b.log_likelihood - a.log_likelihood).slice(0, MAX_HELD_OUT);
  const held = best.map(({ candidate }) => holdOut(candidate, usual));
  const chosen = held.reduce((a, b) => (b.worst < a.worst ? b : a)).fit.candidate;
  return { fits, held, chosen, usual };
}

/** A rule before it is written: its numbers, what optimisers do, how uncertain it is and where its networks lie. */
export type Rule = {
  readonly fit: Fit;
  readonly optimisers: Readonly<Record<string, OptimiserEffect>>;
  readonly held: HeldOut;
  readonly uncertainty: Uncertainty;
  readonly columns: readonly AtlasColumn[];
};

/** How far off a rule is, by the distance to what it was fitted to. */
export type Uncertainty = {
  readonly spread: number;
  readonly spread_per_distance: number;
  readonly far: number;
};

/** How optimisers that divide the gradient by its size begin, and which of their numbers are fitted. */
const NORMALISED = {
  adam: { rate: 300, usual: [0.0001, 0.001], own: ['signal', 'noise', 'step', 'aspect'] },
  rmsprop: { rate: 300, usual: [0.00003, 0.0003], own: ['signal', 'step', 'aspect'] },
  novograd: { rate: 30, usual: [0.0003, 0.003], own: ['signal', 'aspect'] },
} as const;

/** Where their numbers begin. */
const NORMALISED_START = { signal: 9, noise: 5, step: 12, aspect: 4 };

/**
 * They are less well described than gradient descent: with its small spread all columns that are far off would count the same.
 */
const NORMALISED_SPREAD = 0.25;

/** Fits a form to every column that it may be fitted to: all learning rates, steps, widths and optimisers. */
export function fitRule(candidate: Candidate, every: readonly AtlasColumn[]): Rule {
  const fitted = every.filter(({ settings, scales }) => isFitted(settings) && scales);
  const plain = fitted.filter(({ settings }) => settings.optimiser in PLAIN_OPTIMISERS);
  const held = holdOut(candidate, plain);
  const { fit } = held;
  const optimisers = fitOptimisers(fit, fitted);
  const columns = selectFittedColumns(fitted, optimisers);
  return { fit, optimisers, held, uncertainty: fitUncertainty(held), columns };
}

/** What each optimiser is like, given the numbers that were fitted to gradient descent. */
export function fitOptimisers(
  fit: Fit,
  fitted: readonly AtlasColumn[],
): Readonly<Record<string, OptimiserEffect>> {
  const optimisers: Record<string, OptimiserEffect> = {};
  for (const [name, effect] of Object.entries(PLAIN_OPTIMISERS)) {
    const rates = fitted.flatMap(({ settings, learning_rate }) =>
      settings.optimiser === name ? [learning_rate] : [],
    );
    if (rates.length > 0) optimisers[name] = { ...effect, rates: [Math.min(...rates), Math.max(...rates)] };
  }
  for (const [name, start] of Object.entries(NORMALISED)) {
    const own = fitted.filter(({ settings }) => settings.optimiser === name);
    if (own.length === 0) continue;
    const rough = { ...fit, spread: Math.max(fit.spread, NORMALISED_SPREAD) };
    const parameters = Object.fromEntries(start.own.map((number) => [number, NORMALISED_START[number]]));
    const effect = fitOptimiser(rough, own, { normalised: true, ...start, parameters });
    const { rms } = measureErrors(own, (column) => predictLog(fit, column, { [name]: effect }));
    optimisers[name] = { ...effect, spread: rms };
  }
  return optimisers;
}

/** The columns that a rule is fitted to. */
export function selectFittedColumns(
  every: readonly AtlasColumn[],
  optimisers: Readonly<Record<string, unknown>>,
): AtlasColumn[] {
  return every.filter(
    ({ settings, scales }) => isFitted(settings) && scales && settings.optimiser in optimisers,
  );
}

/** Where a column lies for a fit, in the space of {@link locateNetwork}. */
export function locateColumn(
  { candidate, parameters }: Pick<Fit, 'candidate' | 'parameters'>,
  { scales, settings, learning_rate, keep_effective }: AtlasColumn,
  optimisers: Readonly<Record<string, Effect>> = PLAIN_OPTIMISERS,
): number[] {
  const effect = optimisers[settings.optimiser];
  if (!scales || !effect) throw new TypeError('A column without scales, or of an unknown optimiser.');
  const training = toTraining(settings, effect, learning_rate);
  const depth = formDepth(candidate.form, { ...parameters, ...effect.parameters }, scales, training);
  return locateNetwork(scales, depth, training, keep_effective);
}

/** Held-out columns with how far off the fit to the others was, and how far the nearest of those is. */
export function measureHeldDistances({
  groups,
}: HeldOut): { error: number; distance: number; group: string; column: AtlasColumn }[] {
  return groups.flatMap(({ name, columns, rest, fit }) => {
    const places = rest.map((column) => locateColumn(fit, column));
    return columns.flatMap((column) => {
      const { depth } = column.frontier;
      if (depth === null) return [];
      const error = Math.log(depth) - predictLog(fit, column);
      return [{ error, distance: measureDistance(places, locateColumn(fit, column)), group: name, column }];
    });
  });
}

/** Of the distances of held-out columns so many are no farther than `far`. */
const NEAREST_SHARE = 0.95;

/**
 * Spread and its growth with the distance, by maximum likelihood over what was held out: errors are normal, with the variance
 * spread² + (spread_per_distance × distance)².
 */
export function fitUncertainty(held: HeldOut): Uncertainty {
  const all = measureHeldDistances(held).filter(({ error }) => Number.isFinite(error));
  const variance = (point: readonly number[], distance: number) =>
    Math.exp(2 * (point[0] as number)) + (Math.exp(point[1] as number) * distance) ** 2;
  const loss = (point: readonly number[]) =>
    all.reduce((sum, { error, distance }) => {
      const own = variance(point, distance);
      return sum + Math.log(own) + error ** 2 / own;
    }, 0);
  const [a = 0, b = 0] = minimise(loss, [Math.log(0.12), Math.log(0.1)]);
  return {
    spread: Math.exp(a),
    spread_per_distance: Math.exp(b),
    far: quantile(
      all.map(({ distance }) => distance),
      NEAREST_SHARE,
    ) as number,
  };
}

/** How often the 95 % intervals of what was held out hold the measured depth, and how wide they are. */
export type Coverage = {
  readonly group: string;
  readonly errors: Errors;
  readonly inside: number;
  /** median of ln(high / depth) */
  readonly side: number;
};

/** The coverage of the intervals, group by group. */
export function measureCoverage({ held, uncertainty }: Pick<Rule, 'held' | 'uncertainty'>): Coverage[] {
  const all = measureHeldDistances(held);
  return held.groups.map(({ name, errors }) => {
    const own = all.filter(({ group }) => group === name);
    const sides = own.map(
      ({ distance }) => 1.96 * Math.hypot(uncertainty.spread, uncertainty.spread_per_distance * distance),
    );
    const inside = own.filter(({ error }, i) => Math.abs(error) <= (sides[i] as number)).length;
    return { group: name, errors, inside: inside / own.length, side: quantile(sides, 0.5) ?? Number.NaN };
  });
}

/** A rule as it is written, as the tables and pictures take it. */
export function toRule({
  form,
  parameters,
  spread,
  optimisers,
}: DepthRuleFile): Pick<Rule, 'fit' | 'optimisers'> {
  const { free }: DepthForm = DEPTH_FORMS[form];
  const [extension] = (
    [
      ['v', 'width'],
      ['p', 'exponent'],
    ] as const
  ).flatMap(([name, own]) => (name in parameters && !free.includes(name) ? [own] : []));
  const candidate = { form, ...(extension && { extension }) };
  return { fit: { candidate, parameters, spread, log_likelihood: Number.NaN }, optimisers };
}

const rounded = (value: number) => Number(value.toPrecision(4));

/** The rule as the API reads it. */
export function toRuleFile(
  { fit, optimisers, held, uncertainty, columns }: Rule,
  factors: readonly Factor[],
  draws = DRAWS,
): DepthRuleFile {
  const plain = columns.filter(({ settings }) => settings.optimiser in PLAIN_OPTIMISERS);
  const intervals = bootstrapClusters(fit, plain, draws);
  return depthRuleSchema.parse({
    schema: 'dropline-depth-rule/2',
    form: fit.candidate.form,
    parameters: roundParameters(fit.parameters),
    intervals: Object.fromEntries(Object.entries(intervals).map(([name, ends]) => [name, ends.map(rounded)])),
    optimisers: roundOptimisers(optimisers),
    spread: rounded(uncertainty.spread),
    spread_per_distance: rounded(uncertainty.spread_per_distance),
    far: rounded(uncertainty.far),
    held_out: { worst: rounded(held.worst), mean: rounded(held.mean) },
    columns: columns.length,
    conditions: CONDITIONS,
    ranges: {
      width: rangeOf(columns, ({ settings }) => settings.width),
      steps: rangeOf(columns, ({ settings }) => settings.steps),
    },
    names: { technique: [...new Set(columns.map(({ settings }) => settings.technique))].sort() },
    factors: factors
      // (a schedule is no number of the API's question: it has networks of its own)
      .filter(({ setting }) => setting !== 'schedule')
      .map((one) => ({
        ...one,
        factor: rounded(one.factor),
        low: rounded(one.low),
        high: rounded(one.high),
      })),
    measured: locateColumns(fit, columns, optimisers),
  });
}

const roundParameters = (parameters: Fit['parameters']) =>
  Object.fromEntries(Object.entries(parameters).map(([name, value = 0]) => [name, rounded(value)]));

const roundOptimisers = (optimisers: Rule['optimisers']) =>
  Object.fromEntries(
    Object.entries(optimisers).map(([name, { parameters, rate, spread, ...own }]) => [
      name,
      {
        ...own,
        rate: rounded(rate),
        ...(parameters && { parameters: roundParameters(parameters) }),
        ...(spread && { spread: rounded(spread) }),
      },
    ]),
  );

const locateColumns = (
  fit: Rule['fit'],
  columns: readonly AtlasColumn[],
  optimisers: Rule['optimisers'],
): number[][] => thinPlaces(columns.map((column) => locateColumn(fit, column, optimisers)));

/** A rule with the numbers of its optimisers fitted anew; those of gradient descent, which do not depend on them, stay. */
export function refitOptimisers(file: DepthRuleFile, every: readonly AtlasColumn[]): DepthRuleFile {
  const { fit } = toRule(file);
  const fitted = every.filter(({ settings, scales }) => isFitted(settings) && scales);
  const optimisers = fitOptimisers(fit, fitted);
  const columns = selectFittedColumns(fitted, optimisers);
  return depthRuleSchema.parse({
    ...file,
    columns: columns.length,
    optimisers: roundOptimisers(optimisers),
    measured: locateColumns(fit, columns, optimisers),
  });
}

/** Places less than this apart are one. */
const CLOSE = 0.12;

/** Places without those that are close to one before them, to a hundredth: a distance is needed to a tenth. */
function thinPlaces(places: readonly (readonly number[])[]): number[][] {
  const kept: number[][] = [];
  for (const place of places)
    if (kept.length === 0 || measureDistance(kept, place) > CLOSE)
      kept.push(place.map((x) => Number(x.toFixed(2))));
  return kept;
}

/** The smallest and the largest of something. */
function rangeOf(columns: readonly AtlasColumn[], of: (column: AtlasColumn) => number): [number, number] {
  const values = columns.map(of);
  return [Math.min(...values), Math.max(...values)];
}

/** The errors of a rule on columns that it was not fitted to. */
export const ruleErrorsOn = (
  { fit, optimisers }: Pick<Rule, 'fit' | 'optimisers'>,
  columns: readonly AtlasColumn[],
) => measureErrors(columns, (column) => predictLog(fit, column, optimisers));
