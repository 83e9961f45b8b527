import { max, mean } from 'd3-array';
import type { ComparedRow, ComparisonResult, ExaminedClaim } from '../schemas/comparison.ts';
import type { Plan } from '../schemas/plan.ts';
import { resolveArms } from '../trainer/compare/comparison.ts';
import { METRICS, type MetricName, reportedRows } from '../trainer/compare/summarise.ts';

/** One number for each reported seed; null for a network that diverged, or whose number is not finite. */
export type BySeed = ReadonlyMap<number, number | null>;

/** A measure: from the networks of an arm to one number for each seed. */
export type Measure = {
  /** what it is, for the page */
  readonly title: string;
  readonly unit: string;
  /** what the page multiplies it by */
  readonly scale?: number;
  /** whether each number is 0 or 1 (or between, for ties), so that a sample without spread still says little */
  readonly isShare?: boolean;
  measure(result: ComparisonResult, arm: string, threshold: number | undefined): BySeed;
};

const chosenOf = ({ chosen }: ComparisonResult, arm: string) => ({ arm, trial: chosen[arm] ?? 0 });

/** A number of each reported network of an arm, at the trial that was chosen. */
const ofRow =
  (
    read: (
      row: ComparedRow,
      threshold: number | undefined,
      result: ComparisonResult,
    ) => number | null | undefined,
  ) =>
  (result: ComparisonResult, arm: string, threshold: number | undefined): BySeed =>
    new Map(
      reportedRows(result, chosenOf(result, arm)).map((row) => {
        const value = read(row, threshold, result);
        return [row.seed, typeof value === 'number' && Number.isFinite(value) ? value : null];
      }),
    );

/** The accuracy of a network that diverged: it guesses among ten classes. */
const GUESSING = 0.1;

/**
 * Test accuracy, also of a network that diverged.
 *
 * @example accuracyOf(row)
 */
export const accuracyOf = ({ status, test_accuracy }: ComparedRow): number | null =>
  status === 'diverged' ? GUESSING : test_accuracy;

/** The mean over the layers that have a number. */
const meanOfLayers = (values: readonly (number | null)[] | undefined): number | null =>
  mean(values ?? []) ?? null;

const listOf = ({ course }: ComparedRow, name: string) => (course?.[name] ?? []) as (number | null)[];
const layersOf = ({ course }: ComparedRow, name: string) => (course?.[name] ?? []) as (number | null)[][];

/**
 * The first step at which the loss with the noise off was at a threshold or below, interpolated between the entries of the course; a
 * network that never was there counts with the steps of the plan.
 *
 * @example stepsToLoss([100, 200], [0.4, 0.2], 0.3, 200) // 150
 */
export function stepsToLoss(
  steps: readonly (number | null)[],
  losses: readonly (number | null)[],
  threshold: number,
  all: number,
): number {
  for (let i = 0; i < steps.length; i++) {
    const [step, loss] = [steps[i] as number, losses[i] ?? Number.POSITIVE_INFINITY];
    if (loss > threshold) continue;
    const [before, previous] = [steps[i - 1], losses[i - 1]];
    if (before == null || previous == null) return step;
    return before + ((step - before) * (previous - threshold)) / (previous - loss);
  }
  return all;
}

/** Accuracy that a setting may lose against the best of all arms and still count. */
const ONE_POINT = 0.01;

/**
 * How far a setting can be moved: the length in decades, along x, on which a curve is at least at a level. Ends between two points are
 * interpolated; where the curve is above the level at an end of x, the range ends there.
 *
 * @param x positive, ascending
 * @param y one for each x
 * @param level the level
 * @example measureRange([0.1, 1, 10], [0, 1, 0], 0.5) // 1
 */
export function measureRange(x: readonly number[], y: readonly number[], level: number): number {
  let decades = 0;
  for (let i = 1; i < x.length; i++) {
    const [a, b] = [y[i - 1] as number, y[i] as number];
    const length = Math.log10((x[i] as number) / (x[i - 1] as number));
    const [inA, inB] = [a >= level, b >= level];
    if (inA && inB) decades += length;
    else if (inA !== inB) decades += (length * (inA ? a - level : b - level)) / Math.abs(a - b);
  }
  return decades;
}

/** Decades of a number of the trials within one point of the best accuracy of all arms, for each seed. */
const rangeOver =
  (read: (row: ComparedRow) => number | undefined) =>
  (result: ComparisonResult, arm: string): BySeed => {
    const { seeds } = result.meta.comparison;
    return new Map(
      seeds.map((seed) => {
        const all = result.rows.filter((row) => row.seed === seed);
        const best = Math.max(...all.map((row) => accuracyOf(row) ?? 0));
        const own = all
          .filter((row) => row.arm === arm)
          .map((row) => ({ x: read(row) as number, y: accuracyOf(row) ?? 0 }))
          .sort((a, b) => a.x - b.x);
        return [
          seed,
          measureRange(
            own.map(({ x }) => x),
            own.map(({ y }) => y),
            best - ONE_POINT,
          ),
        ];
      }),
    );
  };

/**
 * Test accuracy at the smallest batch less that at the largest one, each at the trial that did best on the images held out, by the tuning
 * seeds.
 */
function measureBatchLoss(result: ComparisonResult, arm: string): BySeed {
  const { comparison } = result.meta;
  const plans = resolveArms(comparison).find(({ name }) => name === arm)?.plans ?? [];
  const tuning = new Set(comparison.tuning?.seeds);
  const score = (trial: number) =>
    result.rows
      .filter((row) => row.arm === arm && row.trial === trial && tuning.has(row.seed))
      .reduce((sum, row) => sum + (row.validation_accuracy ?? Number.NEGATIVE_INFINITY), 0);
  const bestAt = (batch: number) => {
    const trials = plans.flatMap(({ training }, trial) => (training.batch === batch ? [trial] : []));
    const trial = trials.reduce((best, one) => (score(one) > score(best) ? one : best));
    return new Map(reportedRows(result, { arm, trial }).map((row) => [row.seed, accuracyOf(row)]));
  };
  const batches = plans.map(({ training }) => training.batch);
  const [small, large] = [bestAt(Math.min(...batches)), bestAt(Math.max(...batches))];
  return new Map([...small].map(([seed, accuracy]) => [seed, subtract(accuracy, large.get(seed))]));
}

const subtract = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null || b == null ? null : a - b;

/** By how much the arms' effective keeps have come nearer to each other: 1 less the ratio of their spreads at the end and at the start. */
function measureConvergence(result: ComparisonResult): BySeed {
  const { arms, seeds } = result.meta.comparison;
  const spread = (which: 0 | -1, seed: number) => {
    const values = arms.map(({ name }) => {
      const row = reportedRows(result, chosenOf(result, name)).find((one) => one.seed === seed);
      return row ? meanOfLayers(layersOf(row, 'keep_effective').at(which)) : null;
    });
    return values.includes(null)
      ? null
      : Math.max(...(values as number[])) - Math.min(...(values as number[]));
  };
  return new Map(
    seeds.map((seed) => {
      const [start, end] = [spread(0, seed), spread(-1, seed)];
      return [seed, start === null || end === null ? null : 1 - end / start];
    }),
  );
}

/** 1 where a network is better than that without noise of the same seed, ½ where they are equal, else 0. */
function measureWins(result: ComparisonResult, arm: string): BySeed {
  const accuracies = (of: string) =>
    new Map(reportedRows(result, chosenOf(result, of)).map((row) => [row.seed, accuracyOf(row) ?? 0]));
  const without = accuracies('none');
  return new Map(
    [...accuracies(arm)].map(([seed, own]) => [seed, (Math.sign(own - (without.get(seed) ?? 0)) + 1) / 2]),
  );
}

const POINTS = { unit: 'points', scale: 100 } as const;

/** Measures beside the columns of the rows. */
const OWN_MEASURES: Readonly<Record<string, Measure>> = {
  rate_range: {
    title: 'learning rates within one point of the best of all',
    unit: 'decades',
    measure: rangeOver((row) => row.learning_rate),
  },
  init_range: {
    title: 'sigma_w2 within one point of the best of all',
    unit: 'decades',
    measure: rangeOver((row) => row.sigma_w2),
  },
  batch_loss: {
    ...{ title: 'test accuracy lost from the smallest batch to the largest', ...POINTS },
    measure: measureBatchLoss,
  },
  steps_to_loss: {
    title: 'steps until the training loss, noise off, is at a threshold',
    unit: 'steps',
    measure: ofRow((row, threshold = 0, { rows }) => {
      // a network that diverged has taken fewer steps than were planned
      const steps = max(rows, (one) => one.steps) as number;
      return row.status === 'diverged'
        ? steps
        : stepsToLoss(listOf(row, 'step'), listOf(row, 'loss_off'), threshold, steps);
    }),
  },
  keep_change: {
    title: 'change of the effective keep over training, mean over layers',
    unit: '',
    measure: ofRow((row) => {
      const keeps = layersOf(row, 'keep_effective');
      const [first, last] = [keeps[0] ?? [], keeps.at(-1) ?? []];
      return meanOfLayers(
        first.map((one, i) => {
          const change = subtract(last[i], one);
          return change === null ? null : Math.abs(change);
        }),
      );
    }),
  },
  keep_convergence: {
    title: 'share of the spread of the effective keep over the starts that is gone at the end',
    unit: '',
    measure: measureConvergence,
  },
  pruned_loss: {
    ...{ title: 'test accuracy lost by pruning a share of the weights', ...POINTS },
    measure: ofRow((row, threshold = 0.9, { meta }) => {
      const shares = meta.comparison.plan.evaluation.prune as Plan['evaluation']['prune'];
      return subtract(row.test_accuracy, row.pruned_accuracy?.[shares?.indexOf(threshold) ?? -1]);
    }),
  },
  wins: {
    title: 'share of networks that are better than the same network without noise',
    unit: '',
    isShare: true,
    measure: measureWins,
  },
  rotation_gain: {
    title:
      'off-diagonal share of the covariance of the noise, less that of random reflections; mean over layers',
    unit: '',
    measure: ofRow(({ layers }) =>
      subtract(meanOfLayers(layers?.off_diagonal), meanOfLayers(layers?.off_diagonal_random)),
    ),
  },
  alpha_clipped: {
    title: 'share of alphas at a limit, mean over layers',
    unit: '',
    measure: ofRow((row) => meanOfLayers(row.layers?.alpha_clipped)),
  },
  alpha_curvature: {
    title:
      "rank correlation of a unit's noise variance with the curvature of the loss in it, mean over layers",
    unit: '',
    measure: ofRow((row) => meanOfLayers(row.layers?.alpha_curvature)),
  },
};

const isAccuracy = (name: MetricName) => name.endsWith('_accuracy');

const COLUMNS = Object.fromEntries(
  METRICS.map(({ name, title, scale, unit }): [string, Measure] => [
    name,
    {
      ...{ title, unit, scale },
      // a network that diverged guesses
      measure: ofRow((row) => (row.status === 'diverged' && isAccuracy(name) ? GUESSING : row[name])),
    },
  ]),
);

/** All measures, by the name that claims use. */
export const MEASURES: Readonly<Record<string, Measure>> = { ...COLUMNS, ...OWN_MEASURES };

/**
 * The differences that decide about a claim, one list for each arm that it is compared with: by seed, the arm's number less the other's.
 * A claim about one arm alone has its numbers. A network without a number (it diverged) counts as the worst one of the arms that are
 * compared.
 *
 * @throws Error for a measure that there is not, and where no network has a number
 * @example measureDifferences(result, claim)[0].differences
 */
export function measureDifferences(
  result: ComparisonResult,
  { id, measure: name, arm, against, threshold, expected }: ExaminedClaim,
): { against: string | undefined; differences: number[] }[] {
  const found = MEASURES[name];
  if (!found) throw new Error(`there is no measure "${name}"`);
  const measured = new Map([arm, ...against].map((one) => [one, found.measure(result, one, threshold)]));
  const known = [...measured.values()]
    .flatMap((values) => [...values.values()])
    .filter((value) => value !== null);
  if (known.length === 0) throw new Error(`no network has a number for the claim ${id} (${name})`);
  const worst = expected === 'less' ? Math.max(...known) : Math.min(...known);
  const numberOf = (of: string, seed: number) => measured.get(of)?.get(seed) ?? worst;
  const seeds = [...(measured.get(arm) as BySeed).keys()];
  if (against.length === 0)
    return [{ against: undefined, differences: seeds.map((seed) => numberOf(arm, seed)) }];
  return against.map((other) => ({
    against: other,
    differences: seeds.map((seed) => numberOf(arm, seed) - numberOf(other, seed)),
  }));
}
