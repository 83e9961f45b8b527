import { type Panel, type PanelSeries, panelFigure } from '../../figures/svg/panels.ts';
import type { Measurement, MeasurementRow } from '../../schemas/measurement.ts';

const AXES = ['depth', 'sigma_w2', 'keep', 'sigma_b2', 'width'] as const;

/** The panels of a measurement over the layers, in order. */
const OVER_LAYERS = [
  { name: 'q', title: 'q: variance of one input' },
  { name: 'c', title: 'c: correlation of two inputs' },
  { name: 'gradient_1', title: 'gradient of one input, δ²', y: 'log' },
  { name: 'gradient_2', title: 'gradients of two inputs, |mean δ_a δ_b|', y: 'log' },
] as const;

/**
 * A measurement as a picture: what was measured as dots, the theory as lines, a colour for each cell; and the variance of
 * the squared gradient against its mean, with a line of slope 2.
 * @see Huang et al. 2019, figures 2 to 5
 */
export function drawMeasurement({ meta, rows }: Measurement): string {
  const cells = pickCells(rows);
  const panels = OVER_LAYERS.map(
    ({ name, title, ...scales }): Panel => ({
      title,
      x: 'layer',
      scales,
      series: cells.map(({ label, own }) => ({
        label,
        dots: own.map((row) => ({ x: row.layer, y: toAbsolute(row[name]) })),
        line: own.map((row) => ({ x: row.layer, y: toAbsolute(row[`${name}_theory`]) })),
      })),
    }),
  );
  const universality = (name: 'gradient_1' | 'weight_abs', title: string): Panel => ({
    title,
    x: 'mean',
    scales: { x: 'log', y: 'log' },
    series: cells.map(({ label, own }): PanelSeries => {
      // the line of slope 2 goes through the middle of what was measured
      const logs = own.flatMap((row) => {
        const [mean, variance] = [row[name] ?? 0, row[`${name}_variance`] ?? 0];
        return mean > 0 && variance > 0 ? [Math.log(variance) - 2 * Math.log(mean)] : [];
      });
      const middle = logs.toSorted((a, b) => a - b)[Math.floor(logs.length / 2)] ?? Number.NaN;
      return {
        label,
        dots: own.map((row) => ({ x: row[name], y: row[`${name}_variance`] })),
        line: own.map((row) => ({ x: row[name], y: Math.exp(middle) * (row[name] ?? 0) ** 2 })),
      };
    }),
  });
  const { networks, read_out } = meta.plan.measurement ?? {};
  return panelFigure(
    `${meta.plan.title}: ${networks} untrained networks, ${read_out?.replace('_', ' ')} read-out; dots measured, lines theory`,
    [
      ...panels,
      universality('gradient_1', 'variance of δ² (line: slope 2)'),
      universality('weight_abs', 'variance of |∂E_a ∂E_b| (line: slope 2)'),
    ],
  );
}

/** The rows of each cell, labelled by what differs between cells. */
function pickCells(rows: readonly MeasurementRow[]): { label: string; own: MeasurementRow[] }[] {
  const varying = AXES.filter((name) => new Set(rows.map((row) => row[name])).size > 1);
  const cells = new Map<string, MeasurementRow[]>();
  for (const row of rows) {
    const label = varying.map((name) => `${name} ${row[name]}`).join(', ') || `depth ${row.depth}`;
    cells.set(label, [...(cells.get(label) ?? []), row]);
  }
  return [...cells].map(([label, own]) => ({ label, own }));
}

const toAbsolute = (value: number | null) => (value === null ? null : Math.abs(value));
