import { LINE_COLOURS } from '../palette.ts';
import { formatNumber, type ScaleKind, scaleOf, widen } from '../scale.ts';
import type { Table } from '../table.ts';
import { axes, MARGIN, scaleTicks } from './axes.ts';
import { type Box, figure, headHeight, polyline, WIDTH } from './figure.ts';
import { legend, SAMPLE } from './legend.ts';
import { type ChartColumns, type Series, seriesOf } from './series.ts';
import { element, round, type Xml } from './xml.ts';

/** What a chart shows of a table. */
export type ChartOptions = ChartColumns & {
  /** of y; log falls back to linear where a value is not positive */
  readonly scale?: ScaleKind;
  /** any text; by default which columns there are */
  readonly title?: string;
  /** of columns, by name */
  readonly units?: Readonly<Record<string, string | undefined>>;
};

const HEIGHT = 380;

const DASHES: readonly (string | undefined)[] = [undefined, '7 4', '2 3', '10 3 2 3'];

/** As many lines as colours and dashes can tell apart. */
const MAX_LINES = LINE_COLOURS.length * DASHES.length;

/**
 * Columns of a table as an SVG line chart: a line for each column and each combination of the other parameters that vary.
 * Light or dark as the reader's system is. Nulls are gaps.
 *
 * @param table what to show
 * @param options which columns, and how
 * @throws ParameterError if a column does not exist, or there are no numbers to lay along x
 * @example encodeChart(table, { y: ['xi_2'], by: ['activation', 'sigma_w2', 'keep'], units: { xi_2: 'layers' } })
 */
export function encodeChart(table: Table, options: ChartOptions): string {
  const { x, series } = seriesOf(table, options);
  const withUnit = (name: string) => (options.units?.[name] ? `${name} (${options.units[name]})` : name);
  const label = options.y.map(withUnit).join(', ');
  const title = options.title ?? `${options.y.join(', ')} over ${x}`;
  const plot: Box = {
    x: MARGIN.left,
    y: headHeight(title),
    width: WIDTH - MARGIN.left - 28,
    height: HEIGHT,
  };
  const shown = series.slice(0, MAX_LINES);
  const points = shown.flatMap((one) => one.points.filter(({ y }) => Number.isFinite(y)));
  const scales = {
    x: widen(
      scaleOf(
        points.map((point) => point.x),
        'linear',
      ),
      0.02,
    ),
    y: widen(
      scaleOf(
        points.map((point) => point.y),
        options.scale ?? 'linear',
      ),
      0.04,
    ),
  };
  const lines = shown.map(({ points: through }, i) =>
    line(
      through.map((point) => ({
        x: round(plot.x + scales.x.at(point.x) * plot.width),
        y: round(plot.y + (1 - scales.y.at(point.y)) * plot.height),
      })),
      i,
    ),
  );
  const left = series.length - shown.length;
  const keys = shown.map((one, i) => ({
    label: one.label,
    sample: line(
      [
        { x: -SAMPLE / 2, y: 0 },
        { x: SAMPLE / 2, y: 0 },
      ],
      i,
    ),
  }));
  const more = { label: `${left} more lines are not drawn`, sample: element('g', {}) };
  const key = legend(
    series.length > 1 ? [...keys, ...(left > 0 ? [more] : [])] : [],
    plot.y + plot.height + MARGIN.bottom,
  );
  return figure(
    { title, description: describe(label, withUnit(x), series, points) },
    plot.y + plot.height + MARGIN.bottom + key.height + 12,
    axes(
      plot,
      { label: withUnit(x), ticks: scaleTicks(scales.x) },
      { label, ticks: scaleTicks(scales.y) },
      true,
    ),
    element('g', { class: 'lines' }, ...lines),
    key.xml,
  );
}

/** A line, and a dot for each point that has no neighbour to be joined to. */
function line(points: readonly { x: number; y: number }[], index: number): Xml {
  const colour = LINE_COLOURS[index % LINE_COLOURS.length] as string;
  const seen = (i: number) => Number.isFinite(points[i]?.y);
  const alone = points.filter((_, i) => seen(i) && !seen(i - 1) && !seen(i + 1));
  return element(
    'g',
    {},
    element('path', {
      d: polyline(points),
      fill: 'none',
      stroke: colour,
      'stroke-width': 2,
      'stroke-linejoin': 'round',
      'stroke-dasharray': DASHES[Math.floor(index / LINE_COLOURS.length) % DASHES.length],
    }),
    ...alone.map(({ x, y }) => element('circle', { cx: x, cy: y, r: 3.5, fill: colour })),
  );
}

/** What the picture shows, in words. */
function describe(
  label: string,
  x: string,
  series: readonly Series[],
  points: readonly { readonly x: number; readonly y: number }[],
): string {
  const range = (values: number[]) => {
    const { min, max } = scaleOf(values, 'linear');
    return `${formatNumber(min, 4)} to ${formatNumber(max, 4)}`;
  };
  const lines = series.length === 1 ? '1 line' : `${series.length} lines`;
  if (points.length === 0) return `Line chart of ${label} over ${x}. There are no values.`;
  return `Line chart of ${label} over ${x}: ${lines}. ${x} from ${range(points.map((point) => point.x))}, ${label} from ${range(points.map((point) => point.y))}.`;
}
