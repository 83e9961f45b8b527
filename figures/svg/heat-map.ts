import { encodePng } from '../png.ts';
import { formatNumber, type Scale, scaleOf, ticks } from '../scale.ts';
import type { Axis, Plane } from '../table.ts';
import { axes, MARGIN, TICKS } from './axes.ts';
import { cellAxis } from './cell-axis.ts';
import { contours } from './contours.ts';
import { type Box, figure, headHeight, withUnit } from './figure.ts';
import { colourBar, type Key, legend } from './legend.ts';
import { drawOverlays, type Overlay } from './overlays.ts';
import { element, type Xml } from './xml.ts';

/** What a heat map shows besides the values. */
export type HeatMapOptions = {
  /** curves and points in the units of the axes, each with its entry in the legend */
  readonly overlays?: readonly Overlay[];
  /** lines at the values that are labelled on the colour bar */
  readonly contours?: boolean;
};

const PLOT = { width: 520, height: 400 } as const;
const BAR = { gap: 22, width: 18 } as const;

/**
 * A plane as an SVG heat map: axes with ticks, colour bar, title; cells without a value are hatched. Light or dark as the
 * reader's system is. The cells are an embedded PNG, which stays crisp and takes a few kB where a rectangle each would take
 * hundreds.
 *
 * @param plane what to show; a log scale falls back to linear where a value is not positive
 * @param options overlays and contours
 * @example (await encodeHeatMap(plane, { contours: true })).startsWith('<?xml')
 */
export async function encodeHeatMap(
  plane: Plane,
  { overlays = [], contours: withContours = false }: HeatMapOptions = {},
): Promise<string> {
  const title = plane.title ?? plane.measure;
  const plot: Box = { x: MARGIN.left, y: headHeight(title) + 24, ...PLOT };
  const scale = scaleOf(plane.values, plane.scale ?? 'linear');
  const missing = plane.values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  const known = plane.values.length - missing;
  const [x, y] = [cellAxis(plane.x.values), cellAxis(plane.y.values)];
  const { drawn, keys } = drawOverlays(overlays, { x, y }, plot);
  const key = legend(missing > 0 ? [...keys, HATCHED] : keys, plot.y + plot.height + MARGIN.bottom);
  const label = withUnit(plane.measure, plane.unit);
  return figure(
    { title, description: describe(plane, scale, { label, known, overlays }) },
    plot.y + plot.height + MARGIN.bottom + key.height + 12,
    PATTERN,
    element('clipPath', { id: 'plot' }, element('rect', { ...plot })),
    ...(missing > 0 ? [element('rect', { ...plot, class: 'hatched', fill: 'url(#hatch)' })] : []),
    picture(await encodePng(plane), plot),
    element(
      'g',
      { 'clip-path': 'url(#plot)' },
      ...(withContours ? [contourLines(plane, scale, plot)] : []),
      ...drawn,
    ),
    axes(
      plot,
      { label: withUnit(plane.x.name, plane.x.unit), ticks: x.ticks },
      { label: withUnit(plane.y.name, plane.y.unit), ticks: y.ticks },
      false,
    ),
    ...(known > 0
      ? [
          colourBar(scale, label, {
            x: plot.x + plot.width + BAR.gap,
            y: plot.y,
            width: BAR.width,
            height: plot.height,
          }),
        ]
      : []),
    key.xml,
  );
}

/** Diagonal lines in the figure's ink. */
const PATTERN = element(
  'pattern',
  { id: 'hatch', width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
  element('line', { y2: 8, stroke: 'currentColor', 'stroke-width': 2, opacity: 0.5 }),
);

const HATCHED: Key = {
  label: 'no value',
  sample: element('rect', {
    x: -9,
    y: -6,
    width: 18,
    height: 12,
    fill: 'url(#hatch)',
    stroke: 'currentColor',
  }),
};

function picture(png: Uint8Array, plot: Box): Xml {
  let binary = '';
  for (const byte of png) binary += String.fromCharCode(byte);
  return element('image', {
    ...plot,
    href: `data:image/png;base64,${btoa(binary)}`,
    preserveAspectRatio: 'none',
    style: 'image-rendering:pixelated',
  });
}

function contourLines(plane: Plane, scale: Scale, plot: Box): Xml {
  const [columns, rows] = [plane.x.values.length, plane.y.values.length];
  const place = (column: number, row: number) =>
    [
      plot.x + ((column + 0.5) / columns) * plot.width,
      plot.y + (1 - (row + 0.5) / rows) * plot.height,
    ] as const;
  const levels = ticks(scale, TICKS).map(scale.at);
  const paths = contours(plane.values.map(scale.at), columns, levels, place).map((d) =>
    element('path', { d }),
  );
  const line = (stroke: Record<string, string | number>) => element('use', { href: '#contours', ...stroke });
  // twice, the wide pale one below: one of the two stands out from every colour
  return element(
    'g',
    { class: 'contours' },
    element('defs', {}, element('g', { id: 'contours', fill: 'none' }, ...paths)),
    line({ stroke: '#fff', 'stroke-width': 2.5, 'stroke-opacity': 0.4 }),
    line({ stroke: '#000' }),
  );
}

/** What the picture shows, in words. */
function describe(
  { x, y, values }: Plane,
  { kind, min, max }: Scale,
  { label, known, overlays }: { label: string; known: number; overlays: readonly Overlay[] },
): string {
  const axis = ({ name, values: [first, ...rest] }: Axis) =>
    `${name} (${rest.length + 1} values, ${formatNumber(first ?? Number.NaN, 4)} to ${formatNumber(rest.at(-1) ?? first ?? Number.NaN, 4)})`;
  const range =
    known > 0
      ? ` Values from ${formatNumber(min, 4)} to ${formatNumber(max, 4)}, ${kind === 'log' ? 'logarithmic' : 'linear'} colours.`
      : '';
  const holes =
    known < values.length ? ` ${values.length - known} of ${values.length} cells have no value.` : '';
  const over = overlays.length > 0 ? ` Drawn over it: ${overlays.map((one) => one.label).join('; ')}.` : '';
  return `Heat map of ${label} over ${axis(x)} and ${axis(y)}.${range}${holes}${over}`;
}
