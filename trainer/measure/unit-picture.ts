import { type Panel, type PanelSeries, panelFigure } from '../../figures/svg/panels.ts';
import type { UnitMeasurement, UnitRow } from '../../schemas/measurement.ts';

const AXES = ['depth', 'sigma_w2', 'sigma_b2', 'width', 'keep'] as const;

/** Layers of a network that are drawn over keep at most: of more, the first, the middle and the last one. */
const LAYERS = 4;

const PANELS = [
  { name: 'correlation_ratio', title: 'correlation after / before the noise' },
  { name: 'information_ratio', title: 'information after / before the noise' },
] as const;

/**
 * A measurement of pairs of units as a picture: the ratios of correlations and of informations over keep, a series for each layer,
 * where keep varies; else over the layers. Dots are measured, with their standard errors; lines are the theory.
 *
 * @returns an SVG document
 * @example drawUnits(await measureUnitPairs(plan, options, run))
 */
export function drawUnits({ meta, rows }: UnitMeasurement): string {
  const varies = (name: (typeof AXES)[number]) => new Set(rows.map((row) => row[name])).size > 1;
  const x = varies('keep') ? 'keep' : 'layer';
  const last = new Map<number, number>();
  for (const { depth, layer } of rows) last.set(depth, Math.max(layer, last.get(depth) ?? 0));
  const isShown = ({ depth, layer }: UnitRow): boolean => {
    const layers = last.get(depth) as number;
    return x === 'layer' || layers <= LAYERS || [1, Math.ceil(layers / 2), layers].includes(layer);
  };
  const names = AXES.filter((name) => name !== x && varies(name));
  const label = (row: UnitRow): string =>
    [...names.map((name) => `${name} ${row[name]}`), ...(x === 'keep' ? [`layer ${row.layer}`] : [])].join(
      ', ',
    ) || `depth ${row.depth}`;
  const series = new Map<string, UnitRow[]>();
  for (const row of rows.filter(isShown)) series.set(label(row), [...(series.get(label(row)) ?? []), row]);
  const panels = PANELS.map(
    ({ name, title }): Panel => ({
      title,
      x,
      series: [...series].map(([text, own]): PanelSeries => {
        const sorted = own.toSorted((a, b) => a[x] - b[x]);
        return {
          label: text,
          dots: sorted.map((row) => ({ x: row[x], y: row[name], error: row[`${name}_error`] ?? undefined })),
          line: sorted.map((row) => ({ x: row[x], y: row[`${name}_theory`] })),
        };
      }),
    }),
  );
  const { networks, pairs } = meta.units;
  return panelFigure(
    `${meta.plan.title}: ${pairs} pairs of units a layer, ${networks} untrained networks; dots measured, lines theory`,
    panels,
  );
}
