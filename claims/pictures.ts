import { mean } from 'd3-array';
import { type Panel, type PanelSeries, panelFigure } from '../figures/svg/panels.ts';
import type { ComparedRow, ComparisonResult } from '../schemas/comparison.ts';
import { accuracyOf } from './measures.ts';
import type { Results } from './tables.ts';

/** The mean of a number of each arm's reported networks over a setting of its trials. */
function seriesOver(
  { meta, rows }: ComparisonResult,
  setting: (row: ComparedRow) => number | undefined,
  read: (row: ComparedRow) => number,
): PanelSeries[] {
  const { arms, seeds } = meta.comparison;
  return arms.map(({ name }) => {
    const byValue = new Map<number, number[]>();
    for (const row of rows)
      if (row.arm === name && seeds.includes(row.seed)) {
        const x = setting(row) as number;
        byValue.set(x, [...(byValue.get(x) ?? []), read(row)]);
      }
    const points = [...byValue]
      .sort(([a], [b]) => a - b)
      .map(([x, values]) => ({ x, y: mean(values) ?? null }));
    return { label: name, dots: points, line: points };
  });
}

const accuracy = (row: ComparedRow) => 100 * (accuracyOf(row) ?? 0);

/** Test accuracy over the learning rate and over the initial weight variance, a line for each optimiser. */
export function drawRanges(results: Results): string | undefined {
  const panels = (
    [
      ['rates-mnist', 'learning rate', (row: ComparedRow) => row.learning_rate],
      ['initialisations-mnist', 'sigma_w2 at the start', (row: ComparedRow) => row.sigma_w2],
    ] as const
  ).flatMap(([plan, x, setting]): Panel[] => {
    const result = results.get(plan);
    return result
      ? [
          {
            title: `test accuracy, % (${x})`,
            x,
            scales: { x: 'log' },
            series: seriesOver(result, setting, accuracy),
          },
        ]
      : [];
  });
  return panels.length === 0
    ? undefined
    : panelFigure(
        'Test accuracy of four optimisers on MNIST, mean over networks; a network that diverged guesses',
        panels,
      );
}

/** The effective keep of each layer over training, mean over the reported networks. */
function keepSeries(result: ComparisonResult, arm: string): PanelSeries[] {
  const { seeds } = result.meta.comparison;
  const trial = result.chosen[arm] ?? 0;
  const rows = result.rows.filter(
    (row) => row.arm === arm && row.trial === trial && seeds.includes(row.seed),
  );
  const steps = (rows[0]?.course?.step ?? []) as number[];
  const layers = ((rows[0]?.course?.keep_effective?.[0] ?? []) as unknown[]).length - 1;
  return Array.from({ length: Math.max(0, layers) }, (_, l) => ({
    label: `${arm}, layer ${l + 1}`,
    line: steps.map((x, i) => ({
      x,
      y: mean(rows, (row) => ((row.course?.keep_effective?.[i] ?? []) as (number | null)[])[l + 1]) ?? null,
    })),
  }));
}

/** How the techniques that learn their noise change it over training. */
export function drawKeeps(results: Results): string | undefined {
  const arms = [
    ['techniques-mnist', ['vsd', 'advanced'], 'MNIST'],
    ['techniques-fashion-mnist', ['vsd', 'advanced'], 'Fashion-MNIST'],
    ['advanced-starts', ['keep_90', 'keep_80', 'keep_50'], 'Advanced dropout from three starts, MNIST'],
  ] as const;
  const panels = arms.flatMap(([plan, names, title]): Panel[] => {
    const result = results.get(plan);
    return result
      ? [
          {
            title: `effective keep: ${title}`,
            x: 'step',
            series: names.flatMap((name) => keepSeries(result, name)),
          },
        ]
      : [];
  });
  return panels.length === 0
    ? undefined
    : panelFigure('What is learned of the noise, mean over networks', panels);
}
