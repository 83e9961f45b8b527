import type { ComparedRow, ComparisonResult } from '../../schemas/comparison.ts';
import { createStream } from '../random/stream.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { type Interval, pairedTTest } from '../statistics/paired.ts';

/** A quantity that arms are compared by. */
export type Metric = {
  /** its column */
  readonly name: MetricName;
  readonly title: string;
  /** what it is multiplied by for people */
  readonly scale: number;
  readonly unit: string;
};

const POINTS = { scale: 100, unit: 'points' } as const;
const NATS = { scale: 1, unit: 'nat' } as const;
const PLAIN = { scale: 1, unit: '' } as const;

/** The quantities that arms can be compared by, in the order in which they are shown. */
export const METRICS = [
  { name: 'test_accuracy', title: 'test accuracy', ...POINTS },
  { name: 'test_rmse', title: 'test RMSE', ...PLAIN },
  { name: 'test_nll', title: 'test NLL', ...NATS },
  { name: 'test_brier', title: 'test Brier score', ...PLAIN },
  { name: 'test_ece', title: 'test calibration error', ...PLAIN },
  { name: 'average_accuracy', title: 'accuracy of the average of passes', ...POINTS },
  { name: 'average_rmse', title: 'RMSE of the average of passes', ...PLAIN },
  { name: 'average_nll', title: 'NLL of the average of passes', ...NATS },
  { name: 'average_brier', title: 'Brier score of the average of passes', ...PLAIN },
  { name: 'average_ece', title: 'calibration error of the average of passes', ...PLAIN },
  { name: 'auroc_off', title: 'AUROC of the entropy, noise off', ...PLAIN },
  { name: 'auroc_entropy', title: 'AUROC of the entropy of the average', ...PLAIN },
  { name: 'auroc_information', title: 'AUROC of the mutual information', ...PLAIN },
  { name: 'fpr95_entropy', title: 'FPR95 of the entropy of the average', ...PLAIN },
  { name: 'validation_accuracy', title: 'accuracy on images held out', ...POINTS },
  { name: 'train_accuracy', title: 'training accuracy', ...POINTS },
  { name: 'loss', title: 'training loss, noise off', ...NATS },
  { name: 'loss_mean', title: 'mean training loss of the last steps', ...NATS },
  { name: 'loss_spread', title: 'spread of the training loss', ...NATS },
] as const satisfies readonly (Omit<Metric, 'name'> & { readonly name: keyof ComparedRow })[];

/** The column of a quantity that arms can be compared by. */
export type MetricName = (typeof METRICS)[number]['name'];

/** A difference of two arms, paired by seed. */
export type Difference = {
  /** pairs that both networks of which have the number */
  readonly pairs: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** 95 %, by Student's t */
  readonly t: Interval;
  /** 95 %, by the bootstrap (BCa), from 20 pairs on */
  readonly bootstrap: Interval | undefined;
  /** two-sided, that the mean is 0 */
  readonly p: number;
};

/** Pairs from which on the bootstrap is worth showing. */
const BOOTSTRAP_PAIRS = 20;

const RESAMPLES = 10_000;

/**
 * The mean difference of paired numbers, with its intervals.
 *
 * @param differences one for each pair
 * @returns undefined for fewer than two pairs
 * @example summariseDifferences([0.1, 0.3]).mean // 0.2
 */
export function summariseDifferences(differences: readonly number[]): Difference | undefined {
  if (differences.length < 2) return undefined;
  const test = pairedTTest(differences);
  const bootstrap =
    differences.length >= BOOTSTRAP_PAIRS && test.standardDeviation > 0
      ? bootstrapInterval(differences, {
          level: 0.95,
          resamples: RESAMPLES,
          stream: createStream(1, 'bootstrap'),
        }).bca
      : undefined;
  const { pairs, mean, standardDeviation } = test;
  return { pairs, mean, standardDeviation, t: test.interval(0.95), bootstrap, p: test.pTwoSided };
}

/** A trial of an arm: which rows are compared. */
export type Entry = { readonly arm: string; readonly trial: number };

/** What of a result has its rows. */
export type Reported = Pick<ComparisonResult, 'meta' | 'rows'>;

/**
 * The reported networks of a trial, without those that settings were chosen with.
 *
 * @example reportedRows(result, { arm: 'tabu', trial: 0 })
 */
export function reportedRows({ meta, rows }: Reported, { arm, trial }: Entry): ComparedRow[] {
  const reported = new Set(meta.comparison.seeds);
  return rows.filter((row) => row.arm === arm && row.trial === trial && reported.has(row.seed));
}

/**
 * The numbers of a quantity of an arm's reported networks, by seed; a network that diverged has none.
 *
 * @example readNumbers(result, { arm: 'tabu', trial: 0 }, (row) => row.test_accuracy).get(1)
 */
export function readNumbers(
  result: Reported,
  entry: Entry,
  read: (row: ComparedRow) => number | null | undefined,
): Map<number, number> {
  return new Map(
    reportedRows(result, entry).flatMap((row) => {
      const value = read(row);
      return typeof value === 'number' && Number.isFinite(value) ? [[row.seed, value]] : [];
    }),
  );
}

/**
 * Differences a − b by seed, in the order of a.
 * @example pairDifferences(new Map([[1, 3]]), new Map([[1, 1]])) // [2]
 */
export function pairDifferences(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number[] {
  return [...a].flatMap(([seed, value]) => {
    const other = b.get(seed);
    return other === undefined ? [] : [value - other];
  });
}

/** An arm beside the first one. */
export type ArmSummary = Entry & {
  readonly networks: number;
  readonly diverged: number;
  /** by the column of the quantity */
  readonly metrics: Readonly<
    Partial<Record<MetricName, { readonly mean: number; readonly difference: Difference | undefined }>>
  >;
};

/**
 * Each arm of a comparison beside the first: means, and paired differences. Where all trials are reported, each trial is an entry, and
 * the first one that of the first arm with the same number.
 *
 * @example summariseComparison(result)[1].metrics.test_accuracy?.difference?.mean
 */
export function summariseComparison(result: ComparisonResult): ArmSummary[] {
  const { comparison } = result.meta;
  const all = comparison.report === 'all';
  const trials = (arm: string): number[] =>
    all
      ? [...new Set(result.rows.filter((row) => row.arm === arm).map((row) => row.trial))]
      : [result.chosen[arm] ?? 0];
  const first = comparison.arms[0]?.name as string;
  return comparison.arms.flatMap(({ name: arm }) =>
    trials(arm).map((trial) => {
      const reference = { arm: first, trial: all ? trial : (trials(first)[0] as number) };
      const own = reportedRows(result, { arm, trial });
      const metrics = METRICS.flatMap(({ name }) => {
        const values = readNumbers(result, { arm, trial }, (row) => row[name]);
        if (values.size === 0) return [];
        const mean = [...values.values()].reduce((sum, one) => sum + one, 0) / values.size;
        const others = readNumbers(result, reference, (row) => row[name]);
        const difference = arm === first ? undefined : summariseDifferences(pairDifferences(values, others));
        return [[name, { mean, difference }] as const];
      });
      return {
        ...{ arm, trial, networks: own.length },
        diverged: own.filter(({ status }) => status === 'diverged').length,
        metrics: Object.fromEntries(metrics),
      };
    }),
  );
}
