import type { ComparedRow, ComparisonResult } from '../schemas/comparison.ts';
import { formatTable } from '../scripts/tables.ts';
import { reportedRows } from '../trainer/compare/summarise.ts';
import { describeSample } from '../trainer/statistics/paired.ts';
import { accuracyOf, MEASURES, type Measure } from './measures.ts';

/** The results of comparisons, by name. */
export type Results = ReadonlyMap<string, ComparisonResult>;

/** The reported networks of an arm, at the trial that was chosen. */
const listReported = (result: ComparisonResult, arm: string): ComparedRow[] =>
  reportedRows(result, { arm, trial: result.chosen[arm] ?? 0 });

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((one): one is number => typeof one === 'number');

/** A mean with its standard deviation; – where there is none. */
function describeValues(
  values: readonly (number | null | undefined)[],
  scale: number,
  digits: number,
): string {
  const numbers = known(values).map((one) => scale * one);
  if (numbers.length === 0) return '–';
  if (numbers.length === 1) return (numbers[0] as number).toFixed(digits);
  const { mean, deviation } = describeSample(numbers);
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

/**
 * How strong the noise of the techniques that learn it is in the end: the effective keep of each layer, and s2 = 1/keep, mean over the
 * reported networks.
 */
export function makeLearnedTable(results: Results): string[] {
  const rows = [...results.values()].flatMap((result) =>
    result.meta.comparison.arms.flatMap(({ name }) => {
      const layers = listReported(result, name).map((row) => row.layers?.keep_effective);
      if (!layers.some((one) => one)) return [];
      const starts = listReported(result, name).map((row) => {
        const first = row.course?.keep_effective?.[0] as (number | null)[] | undefined;
        return first?.find((one) => one !== null);
      });
      const depth = Math.max(...layers.map((one) => one?.length ?? 0)) - 1;
      const keeps = Array.from({ length: depth }, (_, l) => layers.map((one) => one?.[l + 1]));
      const squares = keeps.flat().map((keep) => (keep ? 1 / keep : keep));
      return [
        [
          ...[name, result.meta.data.name, describeValues(starts, 1, 3)],
          ...keeps.map((keep) => describeValues(keep, 1, 3)),
          describeValues(squares, 1, 3),
        ],
      ];
    }),
  );
  const width = Math.max(7, ...rows.map((row) => row.length));
  const padded = rows.map((row) => [
    ...row.slice(0, -1),
    ...new Array<string>(width - row.length).fill('–'),
    row.at(-1) as string,
  ]);
  const layers = Array.from({ length: width - 4 }, (_, l) => `layer ${l + 1}`);
  return formatTable(['technique', 'data', 'start', ...layers, 's2 at the end'], padded);
}

/** The names of comparisons of places of batch norm, with what people call their networks. */
const NORMS = {
  'norms-mnist-3': 'MNIST, 3 layers',
  'norms-mnist-8': 'MNIST, 8 layers',
  'norms-mnist-16': 'MNIST, 16 layers',
  'norms-mnist-residual-20': 'MNIST, residual, 20 weight layers',
  'norms-cifar10-8': 'CIFAR-10, 8 layers',
} as const;

/** Places of batch norm over the depths: test accuracy, loss and its spread at the end. */
export function makeNormsTable(results: Results): string[] {
  const rows = Object.entries(NORMS).flatMap(([plan, title]) => {
    const result = results.get(plan);
    return (result?.meta.comparison.arms ?? []).map(({ name }) => {
      const own = listReported(result as ComparisonResult, name);
      return [
        ...[title, `\`${name}\``, String(own[0]?.learning_rate ?? '–')],
        describeValues(own.map(accuracyOf), 100, 2),
        describeValues(
          own.map((row) => row.loss_mean),
          1,
          4,
        ),
        describeValues(
          own.map((row) => row.loss_spread),
          1,
          4,
        ),
      ];
    });
  });
  return formatTable(
    [
      'networks',
      'order',
      'rate',
      'test accuracy, %',
      'training loss, noise off, last 100 steps',
      'its spread',
    ],
    rows,
  );
}

/** Both techniques at the same long-run share of dropped units, and at the same probability of a proposal. */
export function makeTabuTable(results: Results): string[] {
  const rows = ['tabu-mnist', 'tabu-fashion-mnist'].flatMap((plan) => {
    const result = results.get(plan);
    if (!result) return [];
    const { arms } = result.meta.comparison;
    return [0, 1, 2, 3].map((trial) => [
      ...[result.meta.data.name, `.${trial + 1}`],
      ...arms.map(({ name }) =>
        describeValues(reportedRows(result, { arm: name, trial }).map(accuracyOf), 100, 2),
      ),
    ]);
  });
  return formatTable(
    ['data', 'd or p', 'Bernoulli, drops d', 'Tabu, drops d in the long run', 'Tabu with this p'],
    rows,
  );
}

/** Every trial of every technique, by the tuning seeds: what equal strength at the start gives. */
export function makeTrialsTable(results: Results): string[] {
  const rows = [...results.values()].flatMap((result) => {
    const { comparison } = result.meta;
    if (!result.id.startsWith('techniques-')) return [];
    return comparison.arms.map(({ name, trials = [] }) => [
      ...[result.meta.data.name, name],
      ...trials.map(({ network = {} }, trial) => {
        const settings = Object.entries(network).map(
          ([key, value]) => `${key.replace('noise_', '')} ${value}`,
        );
        const accuracies = result.rows
          .filter(
            (row) => row.arm === name && row.trial === trial && comparison.tuning?.seeds.includes(row.seed),
          )
          .map(accuracyOf);
        const best = result.chosen[name] === trial ? ' *' : '';
        return `${describeValues(accuracies, 100, 2)}${settings.length > 0 ? ` (${settings.join(', ')})` : ''}${best}`;
      }),
    ]);
  });
  return formatTable(['data', 'technique', 'trial 0', 'trial 1', 'trial 2', 'trial 3'], rows);
}

/** Networks trained on 5,000 images: accuracies, the gap between them, and the NLL. */
export function makeOverfittingTable(results: Results): string[] {
  const result = results.get('overfitting-mnist');
  const rows = (result?.meta.comparison.arms ?? []).map(({ name }) => {
    const own = listReported(result as ComparisonResult, name);
    const gap = ({ train_accuracy, test_accuracy }: ComparedRow) =>
      train_accuracy === null || test_accuracy === null ? null : train_accuracy - test_accuracy;
    return [
      name,
      describeValues(own.map(accuracyOf), 100, 2),
      describeValues(
        own.map((row) => row.train_accuracy),
        100,
        2,
      ),
      describeValues(own.map(gap), 100, 2),
      describeValues(
        own.map((row) => row.average_nll),
        1,
        4,
      ),
    ];
  });
  return formatTable(
    ['technique', 'test accuracy, %', 'training accuracy, %', 'gap, points', 'NLL of the average of passes'],
    rows,
  );
}

/** What the optimisers stand: decades of learning rates and of initial variances, and what large batches cost. */
export function makeOptimisersTable(results: Results): string[] {
  const columns = [
    ['rates-mnist', 'rate_range', 2],
    ['initialisations-mnist', 'init_range', 2],
    ['batches-mnist', 'batch_loss', 2],
  ] as const;
  const rows = OPTIMISERS.map((arm) => [
    arm,
    ...columns.map(([plan, name, digits]) => {
      const result = results.get(plan);
      const { measure, scale = 1 } = MEASURES[name] as Measure;
      return result ? describeValues([...measure(result, arm, undefined).values()], scale, digits) : '–';
    }),
  ]);
  return formatTable(
    ['optimiser', 'learning rates, decades', 'sigma_w2, decades', 'lost from batch 100 to 10,000, points'],
    results.has('rates-mnist') ? rows : [],
  );
}

const OPTIMISERS = ['novograd', 'momentum', 'adam', 'adamw'] as const;
