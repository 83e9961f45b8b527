import { type Panel, type PanelPoint, type PanelSeries, panelFigure } from '../../figures/svg/panels.ts';
import { estimate, type MeasuredCell, type Whole } from './cells.ts';
import type { GradientRecord, KeptMetric } from './record.ts';
import type { CellTheory, TheoryLayer } from './theory.ts';

/** A record with its cells and their theory. */
export type Measured = {
  readonly record: GradientRecord;
  readonly cells: readonly (MeasuredCell & { readonly theory: CellTheory })[];
};

type Shown = {
  readonly title: string;
  readonly metric: KeptMetric;
  readonly of: keyof Whole | 'spread';
  readonly line: (layer: TheoryLayer) => number | null | undefined;
  readonly dashed?: (layer: TheoryLayer) => number | null | undefined;
};

const FIXED: readonly Shown[] = [
  {
    title: 'fixed read-out: mean δ²',
    metric: 'gradient_1',
    of: 'mean',
    line: ({ gradient_1 }) => gradient_1,
  },
  {
    title: 'fixed read-out: |mean δ_a δ_b|',
    metric: 'gradient_2',
    of: 'mean',
    line: ({ gradient_2 }) => gradient_2,
  },
  { title: 'fixed read-out: rms of δ_a δ_b', metric: 'gradient_2', of: 'rms', line: ({ rms }) => rms },
  {
    title: 'fixed read-out: variance / mean² of δ²',
    metric: 'gradient_1',
    of: 'spread',
    line: ({ spread }) => spread,
  },
];

const QUADRATIC: readonly Shown[] = [
  {
    title: 'quadratic: mean (∂E_a)²',
    metric: 'weight_1',
    of: 'mean',
    line: ({ weight_1 }) => weight_1,
    dashed: ({ tied }) => tied?.weight_1,
  },
  {
    title: 'quadratic: |mean ∂E_a ∂E_b|',
    metric: 'weight_2',
    of: 'mean',
    line: ({ weight_2 }) => weight_2,
    dashed: ({ tied }) => tied?.weight_2,
  },
];

/**
 * The gradients of an activation's networks by layer: dots measured, with bars of a standard error, lines the recursions with
 * backward weights independent of the forward pass, and for linear networks dashed those with the same weights both ways.
 * @see Huang et al. 2019, figures 2 and 3
 */
export function drawActivation(fixed: Measured, quadratic: Measured): string {
  const { network, measurement, seeds } = fixed.record.meta.plan;
  const networks = seeds.length * (measurement?.networks ?? 0);
  return panelFigure(
    `${network.activation}, sigma_w2 ${network.sigma_w2}, sigma_b2 ${network.sigma_b2}, width ${network.width}: dots measured (${networks} networks), lines theory`,
    [...FIXED.map((shown) => panelOf(fixed, shown)), ...QUADRATIC.map((shown) => panelOf(quadratic, shown))],
  );
}

function panelOf({ cells }: Measured, { title, metric, of, line, dashed }: Shown): Panel {
  return {
    title,
    x: 'layer',
    scales: { y: 'log' },
    series: cells.map(({ keep, layers, theory }): PanelSeries => {
      const along = (value: (layer: TheoryLayer) => number | null | undefined): PanelPoint[] =>
        theory.layers.map((layer) => ({ x: layer.layer, y: value(layer) ?? null }));
      return {
        label: `keep ${keep}`,
        dots: layers.map((layer) => {
          const { value, error } = estimate([layer], metric, ([one]) => {
            const { mean, variance } = one as Whole;
            return of === 'spread' ? variance / mean ** 2 : Math.abs((one as Whole)[of]);
          });
          return { x: layer.layer, y: value, error };
        }),
        line: along(line),
        ...(dashed && { dashed: along(dashed) }),
      };
    }),
  };
}

const CLOUDS = [
  { metric: 'weight_1', title: 'quadratic: (∂E_a)²' },
  { metric: 'weight_2', title: 'quadratic: ∂E_a ∂E_b, |mean|' },
  { metric: 'weight_abs', title: 'quadratic: |∂E_a ∂E_b|' },
] as const;

/**
 * Variance against mean over networks, all activations, keeps and layers: dots measured, lines of slope 2 through the middle
 * of each activation; and for the fixed read-out, where there is one, the theory's curves.
 * @see Huang et al. 2019, figures 4 and 5
 */
export function drawVariance(fixed: readonly Measured[], quadratic: readonly Measured[]): string {
  return panelFigure('Variance over networks against mean, all keeps and layers', [
    ...CLOUDS.map(({ metric, title }) => ({
      ...LOGARITHMIC,
      title: `${title} (lines: slope 2)`,
      series: quadratic.flatMap((one) => {
        const clouds = cloudsOf(one, metric);
        const all = clouds.flatMap(({ dots = [] }) => dots) as { x: number; y: number }[];
        const ratios = all.map(({ x, y }) => y / x ** 2).toSorted((a, b) => a - b);
        const middle = ratios[Math.floor(ratios.length / 2)] as number;
        const ends = [Math.min(...all.map(({ x }) => x)), Math.max(...all.map(({ x }) => x))];
        return [
          ...clouds,
          { label: clouds[0]?.label ?? '', line: ends.map((x) => ({ x, y: middle * x ** 2 })) },
        ];
      }),
    })),
    {
      ...LOGARITHMIC,
      title: 'fixed: δ² (lines: log-normal theory)',
      series: fixed.flatMap((one) =>
        cloudsOf(one, 'gradient_1').map((cloud, i) => ({
          ...cloud,
          line: one.cells[i]?.theory.layers.map(({ gradient_1, spread }) => ({
            x: gradient_1 ?? null,
            y: spread * (gradient_1 ?? Number.NaN) ** 2,
          })) as PanelPoint[],
        })),
      ),
    },
  ]);
}

const LOGARITHMIC = { x: 'mean', scales: { x: 'log', y: 'log' } } as const;

/** A cloud for each keep, all of the activation's colour. Every second layer: they lie close. */
const cloudsOf = ({ record, cells }: Measured, metric: KeptMetric): PanelSeries[] =>
  cells.map(({ layers }) => ({
    label: record.meta.plan.network.activation,
    dots: layers
      .filter((_, i) => i % 2 === 0)
      .map((layer) => {
        const at = (of: 'mean' | 'variance') =>
          estimate([layer], metric, ([one]) => (one as Whole)[of]).value;
        return { x: Math.abs(at('mean')), y: at('variance') };
      }),
  }));
