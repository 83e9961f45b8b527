import { LINE_COLOURS } from '../../figures/palette.ts';
import { type Scale, type ScaleKind, scaleBetween, scaleOf, widen } from '../../figures/scale.ts';
import { polyline } from '../../figures/svg/figure.ts';
import type { Rows } from './api.ts';
import { html, svg, widthOf } from './dom.ts';
import { type Box, frame, scaleAxis, shown } from './plot.ts';

/** A line of a chart. */
export type Line = {
  readonly label: string;
  /** x rising; null where the line has a gap */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
};

/**
 * A column of an answer over another, as a line.
 *
 * @param rows of the answer
 * @param x the column to the right
 * @param y the column upwards
 * @param label of the line
 */
export const lineOf = (rows: Rows, x: string, y: string, label: string): Line => ({
  label,
  points: rows.map((row) => ({ x: row[x] ?? Number.NaN, y: row[y] ?? null })),
});

/** What a chart shows. */
export type Chart = {
  readonly x: string;
  readonly y: string;
  readonly kind: ScaleKind;
  readonly lines: readonly Line[];
  /** the x at which a line goes down the chart */
  readonly marker?: number;
  readonly height: number;
  /** the colour of the first line, counted through the palette */
  readonly colour?: number;
  /** ends that the y axis has at least, without margins */
  readonly range?: readonly [number, number];
};

/**
 * Draws a line chart into an element, with its legend, in place of what is there.
 *
 * @param host is as wide as the chart shall be
 * @param chart what it shows
 */
export function drawChart(host: HTMLElement, chart: Chart): void {
  const { lines, marker, height, colour = 0 } = chart;
  const box: Box = { x: 64, y: 8, width: Math.max(widthOf(host) - 76, 80), height: height - 52 };
  const all = lines.flatMap(({ points }) => points);
  const xs = scaleOf(
    all.map(({ x }) => x),
    'linear',
  );
  const ys = chart.range
    ? scaleBetween(...chart.range, 'linear')
    : widen(
        scaleOf(
          all.map(({ y }) => y ?? Number.NaN),
          chart.kind,
        ),
        0.05,
      );
  const drawn = lines.map(({ points }, i) =>
    svg('path', { class: 'line', d: path(points, xs, ys, box), stroke: colourAt(colour + i) }),
  );
  const at = marker === undefined ? Number.NaN : xs.at(marker);
  const down = box.x + at * box.width;
  const picture = svg(
    'svg',
    { width: box.width + 76, height, role: 'img', 'aria-label': describe(chart) },
    frame(box, scaleAxis(chart.x, xs, box.width), scaleAxis(chart.y, ys, box.height * 1.5), true),
    ...(at >= 0 && at <= 1
      ? [svg('line', { class: 'marker', x1: down, x2: down, y1: box.y, y2: box.y + box.height })]
      : []),
    ...drawn,
  );
  const legend = html(
    'ul',
    { class: 'legend' },
    ...lines.map(({ label }, i) =>
      html(
        'li',
        {},
        svg(
          'svg',
          { width: 22, height: 10, 'aria-hidden': 'true' },
          svg('path', { class: 'line', d: 'M0 5H22', stroke: colourAt(colour + i) }),
        ),
        label,
      ),
    ),
  );
  host.replaceChildren(picture, legend);
}

const colourAt = (i: number) => LINE_COLOURS[i % LINE_COLOURS.length] as string;

function path(points: Line['points'], xs: Scale, ys: Scale, box: Box): string {
  const round = (value: number) => Math.round(value * 100) / 100;
  return polyline(
    points.map(({ x, y }) => ({
      x: round(box.x + xs.at(x) * box.width),
      y: y === null ? Number.NaN : round(box.y + (1 - ys.at(y)) * box.height),
    })),
  );
}

/** What the chart shows, in words. */
function describe({ x, y, lines }: Chart): string {
  const parts = lines.map(({ label, points }) => {
    const values = points.flatMap((point) => (point.y === null ? [] : [point.y]));
    if (values.length === 0) return `${label}: no values`;
    const { min, max } = scaleOf(values, 'linear');
    return `${label} from ${shown(min)} to ${shown(max)}`;
  });
  return `Line chart of ${y} over ${x}. ${parts.join('; ')}.`;
}
