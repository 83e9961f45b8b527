import type { ComparedRow, ComparisonResult, ExaminedClaim } from '../schemas/comparison.ts';
import type { Plan } from '../schemas/plan.ts';
import { resolveArms } from '../trainer/compare/comparison.ts';
import { METRICS, readNumbers } from '../trainer/compare/summarise.ts';

/** One number for each seed. */
export type BySeed = ReadonlyMap<number, number>;

/** A measure: from the networks of an arm to one number for each seed. */
type Measure = {
  /** what it is, for the page */
  readonly title: string;
  readonly unit: string;
  /** what the page multiplies it by */
  readonly scale?: number;
  measure(result: ComparisonResult, arm: string, threshold: number | undefined): BySeed;
};

const chosenOf = ({ chosen }: ComparisonResult, arm: string) => ({ arm, trial: chosen[arm] ?? 0 });

/** A number of each reported network of an arm, at the trial that was chosen. */
const ofRow =
  (read: (row: ComparedRow, threshold: number | undefined, plan: Plan) => number | null | undefined) =>
  (result: ComparisonResult, arm: string, threshold: number | undefined): BySeed => {
    const entry = chosenOf(result, arm);
    const plan = planOf(result, entry.arm, entry.trial);
    return readNumbers(result, entry, (row) => read(row, threshold, plan));
  };

function planOf({ meta }: ComparisonResult, arm: string, trial: number): Plan {
  return resolveArms(meta.comparison).find(({ name }) => name === arm)?.plans[trial] as Plan;
}

/** The mean over the layers that have a number. */
function meanOfLayers(values: readonly (number | null)[] | undefined): number | null {
  const known = (values ?? []).filter((one): one is number => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}

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
 * @param y one for each x; null where there is none, which counts as below
 * @param level the level
 * @example measureRange([0.1, 1, 10], [0, 1, 0], 0.5) // 1
 */
export function measureRange(x: readonly number[], y: readonly (number | null)[], level: number): number {
  let decades = 0;
  for (let i = 1; i < x.length; i++) {
    const [a, b] = [y[i - 1] ?? 0, y[i] ?? 0];
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
        const best = Math.max(...all.map((row) => row.test_accuracy ?? 0));
        const own = all
          .filter((row) => row.arm === arm)
          .map((row) => ({ x: read(row) as number, y: row.test_accuracy }))
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
    // a network that diverged has learned nothing
    return readNumbers(result, { arm, trial }, (row) => row.test_accuracy ?? 0);
  };
  const batches = plans.map(({ training }) => training.batch);
  const [small, large] = [bestAt(Math.min(...batches)), bestAt(Math.max(...batches))];
  return new Map([...small].map(([seed, accuracy]) => [seed, accuracy - (large.get(seed) ?? 0)]));
}

/** By how much the arms' effective keeps have come nearer to each other: 1 less the ratio of their spreads at the end and at the start. */
function measureConvergence(result: ComparisonResult): BySeed {
  const { arms, seeds } = result.meta.comparison;
  const keeps = arms.map(({ name }) => {
    const at = (which: 0 | -1) =>
      readNumbers(result, chosenOf(result, name), (row) =>
        meanOfLayers(layersOf(row, 'keep_effective').at(which)),
      );
    return { start: at(0), end: at(-1) };
  });
  const spread = (which: 'start' | 'end', seed: number) => {
    const values = keeps.map((one) => one[which].get(seed) as number);
    return Math.max(...values) - Math.min(...values);
  };
  return new Map(seeds.map((seed) => [seed, 1 - spread('end', seed) / spread('start', seed)]));
}

/** 1 where a network is better than that without noise of the same seed, ½ where they are equal, else 0. */
function measureWins(result: ComparisonResult, arm: string): BySeed {
  const accuracy = (of: string) => readNumbers(result, chosenOf(result, of), (row) => row.test_accuracy ?? 0);
  const without = accuracy('none');
  return new Map(
    [...accuracy(arm)].map(([seed, own]) => [seed, (Math.sign(own - (without.get(seed) ?? 0)) + 1) / 2]),
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
    title: 'steps until the loss, noise off, is at the threshold',
    unit: 'steps',
    measure: ofRow((row, threshold = 0, { training }) =>
      stepsToLoss(listOf(row, 'step'), listOf(row, 'loss_off'), threshold, training.steps),
    ),
  },
  keep_change: {
    title: 'change of the effective keep over training, mean over layers',
    unit: '',
    measure: ofRow((row) => {
      const keeps = layersOf(row, 'keep_effective');
      const [first, last] = [keeps[0] ?? [], keeps.at(-1) ?? []];
      return meanOfLayers(
        first.map((one, i) => {
          const end = last[i] ?? null;
          return one === null || end === null ? null : Math.abs(end - one);
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
    ...{ title: 'test accuracy lost by pruning', ...POINTS },
    measure: ofRow((row, threshold = 0.9, { evaluation }) => {
      const at = evaluation.prune?.indexOf(threshold) ?? -1;
      const pruned = row.pruned_accuracy?.[at];
      return pruned == null || row.test_accuracy === null ? null : row.test_accuracy - pruned;
    }),
  },
  accuracy_gap: {
    ...{ title: 'training accuracy less test accuracy', ...POINTS },
    measure: ofRow(({ train_accuracy, test_accuracy }) =>
      train_accuracy === null || test_accuracy === null ? null : train_accuracy - test_accuracy,
    ),
  },
  wins: {
    title: 'share of networks that are better than the same network without noise',
    unit: '',
    measure: measureWins,
  },
  off_diagonal_gain: {
    title: "off-diagonal share of the noise's covariance: gain over training, mean over layers",
    unit: '',
    measure: ofRow((row) => {
      const shares = layersOf(row, 'off_diagonal');
      const [start, end] = [meanOfLayers(shares[0]), meanOfLayers(shares.at(-1))];
      return start === null || end === null ? null : end - start;
    }),
  },
  alpha_clipped: {
    title: 'share of alphas at a limit, mean over layers',
    unit: '',
    measure: ofRow((row) => meanOfLayers(row.layers?.alpha_clipped)),
  },
  alpha_curvature: {
    title: "rank correlation of alpha with the loss's curvature, mean over layers",
    unit: '',
    measure: ofRow((row) => meanOfLayers(row.layers?.alpha_curvature)),
  },
};

/** What a network that diverged counts as: one that guesses among ten classes. */
const GUESSING: Readonly<Record<string, number>> = {
  ...{ test_accuracy: 0.1, average_accuracy: 0.1, validation_accuracy: 0.1, train_accuracy: 0.1 },
  ...{ test_nll: Math.log(10), average_nll: Math.log(10), loss: Math.log(10), loss_mean: Math.log(10) },
  ...{ test_brier: 0.9, average_brier: 0.9 },
  ...{ auroc_off: 0.5, auroc_entropy: 0.5, auroc_information: 0.5, fpr95_entropy: 0.95 },
};

const COLUMNS = Object.fromEntries(
  METRICS.map(({ name, title, scale, unit }): [string, Measure] => [
    name,
    {
      ...{ title, unit, scale },
      measure: ofRow((row) => (row.status === 'diverged' ? GUESSING[name] : row[name])),
    },
  ]),
);

/** All measures, by the name that claims use. */
export const MEASURES: Readonly<Record<string, Measure>> = { ...COLUMNS, ...OWN_MEASURES };

/**
 * The differences that decide about a claim, one list for each arm that it is compared with: by seed, the arm's number less the other's.
 * A claim about one arm alone has its numbers.
 *
 * @throws Error for a measure that there is not
 * @example measureDifferences(result, claim)[0].differences
 */
export function measureDifferences(
  result: ComparisonResult,
  { measure: name, arm, against, threshold }: ExaminedClaim,
): { against: string | undefined; differences: number[] }[] {
  const found = MEASURES[name];
  if (!found) throw new Error(`there is no measure "${name}"`);
  const own = found.measure(result, arm, threshold);
  if (against.length === 0) return [{ against: undefined, differences: [...own.values()] }];
  return against.map((other) => {
    const theirs = found.measure(result, other, threshold);
    const differences = [...own].flatMap(([seed, value]) => {
      const beside = theirs.get(seed);
      return beside === undefined ? [] : [value - beside];
    });
    return { against: other, differences };
  });
}
