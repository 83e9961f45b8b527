import { LINE_COLOURS } from '../palette.ts';
import { formatNumber, type ScaleKind, scaleOf, widen } from '../scale.ts';
import type { Table } from '../table.ts';
import { axes, MARGIN, scaleTicks } from './axes.ts';
import { type Box, figure, headHeight, polyline, shorten, text, WIDTH, withUnit } from './figure.ts';
import { type Key, legend, SAMPLE } from './legend.ts';
import { type ChartColumns, type Series, type SeriesPoint, seriesOf } from './series.ts';
import { element, round, type Xml } from './xml.ts';

/** What a chart shows of a table. */
export type ChartOptions = ChartColumns & {
  /** of y; log falls back to linear where a value is not positive */
  readonly scale?: ScaleKind;
  /** any text, before what does not vary; by default which columns are drawn */
  readonly title?: string;
  /** which of `by` the title names where they do not vary; all by default */
  readonly named?: readonly string[];
  /** columns that were measured: dots with bars in place of lines with bands */
  readonly measured?: readonly string[];
  /** of columns, by name */
  readonly units?: Readonly<Record<string, string | undefined>>;
};

const HEIGHT = 380;

const DASHES: readonly (string | undefined)[] = [undefined, '7 4', '2 3', '10 3 2 3'];

/** As many lines as colours and dashes can tell apart. */
const MAX_LINES = LINE_COLOURS.length * DASHES.length;

/** Where a point is in the picture. */
type Placed = {
  readonly x: number;
  readonly y: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
};

/**
 * Columns of a table as an SVG line chart: a line for each column and each combination of the other parameters that vary, with its
 * interval where it has one, and a legend. Light or dark as the reader's system is. Nulls are gaps; a table without values says why.
 *
 * @param table what to show
 * @param options which columns, and how
 * @throws ParameterError if a column does not exist, or there are no numbers to lay along x
 * @example encodeChart(table, { y: ['xi_2'], by: ['activation', 'sigma_w2', 'keep'], units: { xi_2: 'layers' } })
 */
export function encodeChart(table: Table, options: ChartOptions): string {
  const { y, units = {}, measured = [], intervals = {} } = options;
  const { x, series, fixed } = seriesOf(table, options);
  const xLabel = withUnit(x, units[x]);
  const label = labelOf(y, units);
  const title = `${options.title ?? y.join(', ')}${nameFixed(fixed, options.named)}`;
  const plot: Box = {
    x: MARGIN.left,
    y: headHeight(title),
    width: WIDTH - MARGIN.left - 28,
    height: HEIGHT,
  };
  const shown = series.slice(0, MAX_LINES);
  const isSeen = ({ y: at, low = Number.NaN, high = low }: SeriesPoint) =>
    [at, low, high].some(Number.isFinite);
  const points = shown.flatMap((one) => one.points.filter(isSeen));
  const scales = {
    x: widen(
      scaleOf(
        shown.flatMap((one) => one.points.map((point) => point.x)),
        'linear',
      ),
      0.02,
    ),
    y: widen(
      scaleOf(
        points.flatMap(({ y: at, low = at, high = at }) => [at, low, high]),
        options.scale ?? 'linear',
      ),
      0.04,
    ),
  };
  const level = (value: number) => {
    const at = Number.isFinite(value) ? scales.y.at(value) : value > 0 ? 1 : value < 0 ? 0 : Number.NaN;
    return round(plot.y + (1 - at) * plot.height);
  };
  const place = ({ x: at, y: value, low, high }: SeriesPoint): Placed => ({
    x: round(plot.x + scales.x.at(at) * plot.width),
    y: level(value),
    ...(low !== undefined && { low: level(low) }),
    ...(high !== undefined && { high: level(high) }),
  });
  // (points that no line joins)
  const isDots = ({ name, points: of }: Series) =>
    measured.includes(name) || !of.some((point, i) => isThere(point) && isThere(of[i + 1]));
  const lines = shown.map((one, i) => draw(one.points.map(place), i, isDots(one)));
  const key = legend(
    [
      ...shown.flatMap((one, i) => keysOf(one, i, isDots(one), intervals[one.name])),
      ...(series.length > shown.length
        ? [{ label: `${series.length - shown.length} more lines are not drawn`, sample: element('g', {}) }]
        : []),
    ],
    plot.y + plot.height + MARGIN.bottom,
  );
  return figure(
    { title, description: describe(label, xLabel, series, points) },
    plot.y + plot.height + MARGIN.bottom + key.height + 12,
    axes(
      plot,
      { label: xLabel, ticks: scaleTicks(scales.x) },
      { label, ticks: points.length > 0 ? scaleTicks(scales.y) : [] },
      true,
    ),
    points.length > 0 ? element('g', { class: 'lines' }, ...lines) : sayNothing(table, plot),
    key.xml,
  );
}

/** The label of an axis of several columns: their unit alone where it is the same and their names take too much room. */
function labelOf(names: readonly string[], units: Readonly<Record<string, string | undefined>>): string {
  const joined = names.join(', ');
  const own = names.map((name) => units[name]);
  const [unit] = own;
  if (own.every((one) => one === unit))
    return unit === undefined ? joined : joined.length > ROOM ? unit : `${joined} (${unit})`;
  return names.map((name, i) => withUnit(name, own[i])).join(', ');
}

/** Characters of an axis label. */
const ROOM = 36;

/** Text that says by itself what it is: a name, no number or truth value. */
const BARE = /^(?!true$|false$)[^\d.+-]/;

/** What the lines have in common, behind a colon: names as they are, numbers with their columns. */
function nameFixed(fixed: Readonly<Record<string, string>>, named?: readonly string[]): string {
  const parts = Object.entries(fixed)
    .filter(([name]) => named?.includes(name) ?? true)
    .map(([name, value]) => (BARE.test(value) ? value : `${name} ${value}`));
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

/** In place of lines: that there are none, and why. */
function sayNothing({ rows }: Table, plot: Box): Xml {
  const why = rows.map(({ reason, status }) => reason ?? status).find((one) => typeof one === 'string');
  return text(shorten(why === undefined ? 'no values' : `no values: ${why}`, 85), {
    x: plot.x + plot.width / 2,
    y: plot.y + plot.height / 2,
    'text-anchor': 'middle',
    class: 'empty',
  });
}

const colourAt = (index: number) => LINE_COLOURS[index % LINE_COLOURS.length] as string;

/** A line with its band, and a dot where it has no neighbour to be joined to; or dots. All with bars. */
function draw(points: readonly Placed[], index: number, isDots: boolean): Xml {
  const alone = points.filter((_, i) => isDots || (!isThere(points[i - 1]) && !isThere(points[i + 1])));
  return element(
    'g',
    {},
    ...(isDots ? [] : [line(points, index), ...band(points, index)]),
    ...bars(alone, index),
    dots(alone.filter(isThere), index),
  );
}

const isThere = (point: { readonly y: number } | undefined) =>
  point !== undefined && Number.isFinite(point.y);

const line = (points: readonly Placed[], index: number): Xml =>
  element('path', {
    d: polyline(points),
    fill: 'none',
    stroke: colourAt(index),
    'stroke-width': 2,
    'stroke-linejoin': 'round',
    'stroke-dasharray': DASHES[Math.floor(index / LINE_COLOURS.length) % DASHES.length],
  });

const dots = (points: readonly Placed[], index: number): Xml =>
  element(
    'g',
    { fill: colourAt(index) },
    ...points.map(({ x, y }) => element('circle', { cx: x, cy: y, r: 3.5 })),
  );

/** The intervals of a line: from each point to the next where both have one. */
function band(points: readonly Placed[], index: number): Xml[] {
  const quads = points.slice(1).flatMap((b, i) => {
    const a = points[i] as Placed;
    const ends = [a.low, a.high, b.low, b.high];
    return ends.every((end) => end !== undefined && Number.isFinite(end))
      ? [`M${a.x} ${a.low}L${a.x} ${a.high}L${b.x} ${b.high}L${b.x} ${b.low}Z`]
      : [];
  });
  return fill(quads.join(''), index);
}

const fill = (d: string, index: number): Xml[] =>
  d === '' ? [] : [element('path', { d, class: 'band', fill: colourAt(index), 'fill-opacity': 0.18 })];

function bars(points: readonly Placed[], index: number): Xml[] {
  const d = points
    .filter(({ low, high }) => low !== undefined && high !== undefined && low !== high)
    .map(({ x, low, high }) => `M${x} ${low}V${high}`)
    .join('');
  return d === '' ? [] : [element('path', { d, class: 'bar', stroke: colourAt(index), 'stroke-width': 1.5 })];
}

/** The entries of a line in the legend: itself, and its interval. */
function keysOf(
  { label, points }: Series,
  index: number,
  isDots: boolean,
  ends: readonly [low: string, high: string] | undefined,
): Key[] {
  const half = SAMPLE / 2;
  const through = [
    { x: -half, y: 0 },
    { x: half, y: 0 },
  ];
  const has = points.some(({ y }) => Number.isFinite(y));
  const sample = isDots ? dots([{ x: 0, y: 0 }], index) : line(through, index);
  const own = { label: has ? label : `${label}: no values`, sample };
  if (!ends || !points.some(({ low }) => low !== undefined)) return [own];
  const [low, high] = ends;
  const interval = isDots
    ? bars([{ x: 0, y: 0, low: -8, high: 8 }], index)
    : fill(`M${-half}-6H${half}V6H${-half}Z`, index);
  return [own, { label: `${low} to ${high}`, sample: element('g', {}, ...interval) }];
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
