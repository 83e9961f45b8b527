import { isDrawn } from '../../figures/measured/outside.ts';
import { rgbOf } from '../../figures/palette.ts';
import { scaleBetween } from '../../figures/scale.ts';
import { cellAxis } from '../../figures/svg/cell-axis.ts';
import { polyline } from '../../figures/svg/figure.ts';
import { GRID_LOOKS, LOOKS, type Look } from '../../figures/svg/looks.ts';
import type { Grid } from '../../schemas/grid.ts';
import { html, svg, widthOf } from './dom.ts';
import type { Frontier } from './grids.ts';
import { colourBar } from './heat-map.ts';
import { measured } from './measured.ts';
import { type Box, frame, shown } from './plot.ts';

type Curve = {
  readonly label: string;
  readonly column: 'xi_1' | 'xi_2' | 'fitted';
  readonly factor: number;
  readonly look: keyof typeof GRID_LOOKS;
};

/** The curves over a grid: so many times a depth scale. */
const CURVES: readonly Curve[] = [
  { label: '6 ξ₂', column: 'xi_2', factor: 6, look: 'six_xi_2' },
  { label: '12 ξ₂', column: 'xi_2', factor: 12, look: 'twelve_xi_2' },
  { label: '12 ξ₁', column: 'xi_1', factor: 12, look: 'twelve_xi_1' },
];

/** By the fitted rule, see `isDrawn`: known at the measured columns only, which is where it is to be compared. */
const FITTED: Curve = { label: 'fitted rule', column: 'fitted', factor: 1, look: 'fitted' };

/** These, and the one that is calibrated by the measured frontier, where there is one. */
function curvesOver(frontier: Frontier): readonly Curve[] {
  const row = frontier.find(({ calibrated, xi_2 }) => calibrated && xi_2);
  if (!row) return CURVES;
  const factor = (row.calibrated as number) / (row.xi_2 as number);
  return [
    ...CURVES,
    { label: `calibrated, ${shown(factor)} ξ₂`, column: 'xi_2', factor, look: 'calibrated' },
  ];
}

/** Viewers cannot hold any number: no point is drawn farther outside the plot than this many times its size. */
const OUTSIDE = 50;

/** What a grid's picture is made of. */
export type GridPicture = {
  readonly grid: Grid;
  readonly curves: readonly Readonly<Record<string, number | null>>[];
  readonly frontier: Frontier;
  /** where the network of the page lies: along the axis to the right, and its depth */
  readonly mine?: { readonly x: number | undefined; readonly depth: number | undefined };
};

/**
 * Draws a measured grid in place of what an element holds: training accuracy, predicted curves, measured frontier.
 *
 * @param host is as wide as the picture shall be
 * @param picture the grid and what is laid over it
 */
export function drawGrid(host: HTMLElement, { grid, curves, frontier, mine }: GridPicture): void {
  const { x, y, field } = measured(grid);
  const width = widthOf(host);
  const box: Box = {
    x: 56,
    y: 22,
    width: Math.max(width - 56 - 78, 80),
    height: Math.min(Math.max(width * 0.5, 260), 420),
  };
  const [across, up] = [cellAxis(x.values), cellAxis(y.values)];
  const scale = scaleBetween(0, 100, 'linear');
  const far = (part: number) => Math.min(Math.max(part, -OUTSIDE), OUTSIDE + 1);
  const px = (value: number) => box.x + far(across.at(value)) * box.width;
  const place = (row: Readonly<Record<string, unknown>>) => px(Number(row[x.name] ?? Number.NaN));
  const py = (value: number | null) =>
    value === null ? Number.NaN : box.y + (1 - far(up.at(value))) * box.height;
  const cell = { width: box.width / x.values.length, height: box.height / y.values.length };
  const cells = [...field.values].flatMap((value, i) => {
    if (Number.isNaN(value)) return [];
    const [column, row] = [i % x.values.length, Math.floor(i / x.values.length)];
    return svg(
      'rect',
      {
        x: box.x + column * cell.width,
        y: box.y + box.height - (row + 1) * cell.height,
        width: cell.width + 0.5,
        height: cell.height + 0.5,
        fill: `rgb(${rgbOf(value)})`,
      },
      svg('title', {}, `${x.name} ${x.values[column]}, ${y.name} ${y.values[row]}: ${shown(100 * value)} %`),
    );
  });
  const over = [
    ...(curves.length > 0 ? curvesOver(frontier) : []),
    ...(frontier.some(
      ({ fitted, fitted_extrapolates }) => fitted && isDrawn(fitted_extrapolates?.split(', ') ?? []),
    )
      ? [FITTED]
      : []),
  ];
  const lines = over.map(({ column, factor, look }) => {
    const points = (column === 'fitted' ? frontier : curves).map((row) => {
      const value = (row as Readonly<Record<string, unknown>>)[column];
      return { x: place(row), y: py(typeof value === 'number' ? factor * value : null) };
    });
    return svg('g', { class: 'overlay' }, ...stroke(polyline(points), LOOKS[GRID_LOOKS[look]]));
  });
  const points = frontier.map((row) => mark(place(row), py(row.measured_depth), box, row, py));
  host.replaceChildren(
    svg(
      'svg',
      { width, height: box.height + 66, role: 'img', 'aria-label': describe(grid, field.values) },
      svg('clipPath', { id: 'grid-plot' }, svg('rect', { ...box })),
      svg('rect', { ...box, class: 'hatch' }),
      ...cells,
      svg('g', { 'clip-path': 'url(#grid-plot)' }, ...lines, ...points, ...drawMine(mine, box, px, py)),
      frame(box, { label: x.name, ticks: across.ticks }, { label: y.name, ticks: up.ticks }, false),
      colourBar(
        { x: box.x + box.width + 14, y: box.y, width: 14, height: box.height },
        { scale, rgb: rgbOf },
        '%',
      ),
    ),
    legend(over, frontier.length > 0),
  );
}

/** The network of the page: a line at its place, and one at its depth. */
function drawMine(
  mine: GridPicture['mine'],
  box: Box,
  px: (value: number) => number,
  py: (value: number | null) => number,
): SVGElement[] {
  const lines = [
    ...(mine?.x === undefined ? [] : [{ x1: px(mine.x), x2: px(mine.x), y1: box.y, y2: box.y + box.height }]),
    ...(mine?.depth === undefined
      ? []
      : [{ x1: box.x, x2: box.x + box.width, y1: py(mine.depth), y2: py(mine.depth) }]),
  ];
  return lines
    .filter((line) => Object.values(line).every(Number.isFinite))
    .map((line) => svg('line', { class: 'mine', ...line }, svg('title', {}, 'my network')));
}

/** A line that shows on every colour: on black. */
function stroke(d: string, { colour, dash }: Look = LOOKS[0]): SVGPathElement[] {
  return [
    svg('path', { class: 'halo', d }),
    svg('path', { class: 'core', d, stroke: colour, 'stroke-dasharray': dash }),
  ];
}

/** A measured depth with its interval, which goes to the edge of the plot where it is open. */
function mark(
  x: number,
  y: number,
  box: Box,
  { measured_low: low, measured_high: high }: Frontier[number],
  py: (value: number | null) => number,
): SVGGElement {
  const ends = [low === null ? box.y + box.height : py(low), high === null ? box.y : py(high)];
  const bar = Number.isFinite(x) ? stroke(`M${x} ${ends[0]}V${ends[1]}`) : [];
  const dot = Number.isFinite(x) && Number.isFinite(y) ? [svg('circle', { cx: x, cy: y, r: 4.5 })] : [];
  return svg('g', { class: 'overlay' }, ...bar, ...dot);
}

function legend(curves: readonly Curve[], frontier: boolean): HTMLElement {
  const sample = (...content: SVGElement[]) =>
    svg('svg', { width: 38, height: 14, class: 'overlay sample', 'aria-hidden': 'true' }, ...content);
  return html(
    'ul',
    { class: 'legend' },
    ...curves.map(({ label, look }) =>
      html('li', {}, sample(...stroke('M0 7H38', LOOKS[GRID_LOOKS[look]])), label),
    ),
    ...(frontier
      ? [html('li', {}, sample(...stroke('M19 0V14'), svg('circle', { cx: 19, cy: 7, r: 4.5 })), 'measured')]
      : []),
  );
}

/** What the picture shows, in words. */
function describe({ meta }: Grid, values: Float64Array): string {
  const known = values.filter(Number.isFinite);
  const percent = (value: number) => `${shown(Math.round(1000 * value) / 10)} %`;
  return `Measured grid: ${meta.plan.title}. Training accuracy from ${percent(Math.min(...known))} to ${percent(Math.max(...known))}.`;
}
