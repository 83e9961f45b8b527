import { LINE_COLOURS } from '../palette.ts';
import { type Scale, type ScaleKind, scaleOf, widen } from '../scale.ts';
import { axes, scaleTicks } from './axes.ts';
import { type Box, figure, headHeight, polyline, text, WIDTH } from './figure.ts';
import { type Key, legend, SAMPLE } from './legend.ts';
import { element, round, type Xml } from './xml.ts';

/** A point of a series; null or not finite: there is none. */
export type PanelPoint = {
  readonly x: number | null;
  readonly y: number | null;
  /** standard error of y: a dot has a bar so far up and down */
  readonly error?: number | undefined;
};

/** What is drawn of one thing in a panel: dots for what was measured, a line for what is predicted. */
export type PanelSeries = {
  /** Series with the same label have the same colour, in every panel. */
  readonly label: string;
  readonly dots?: readonly PanelPoint[];
  readonly line?: readonly PanelPoint[];
  /** another prediction */
  readonly dashed?: readonly PanelPoint[];
};

/** A plot among several. */
export type Panel = {
  readonly title: string;
  readonly x: string;
  readonly series: readonly PanelSeries[];
  /** of x and y; log leaves out what is not positive */
  readonly scales?: { readonly x?: ScaleKind; readonly y?: ScaleKind };
};

const COLUMNS = 2;
const LEFT = 62;
const GAP = 22;
const HEIGHT = 200;
const ROW = HEIGHT + 84;

/** So many dots of a series are drawn at most, evenly chosen. */
const DOTS = 40;

/**
 * Several plots in two columns with one legend: measured dots over predicted lines.
 *
 * @param title of the whole
 * @param panels the plots, in rows from left to right
 * @returns an SVG document
 * @example panelFigure('Signals', [{ title: 'q', x: 'layer', series: [{ label: 'keep 0.9', line: [{ x: 1, y: 1 }] }] }])
 */
export function panelFigure(title: string, panels: readonly Panel[]): string {
  const top = headHeight(title) + 18;
  const width = WIDTH / COLUMNS - LEFT - GAP;
  const labels = [...new Set(panels.flatMap(({ series }) => series.map(({ label }) => label)))];
  const measured = new Set(
    panels.flatMap(({ series }) =>
      series.filter(({ dots: of = [] }) => of.length > 0).map(({ label }) => label),
    ),
  );
  const colour = (label: string) => LINE_COLOURS[labels.indexOf(label) % LINE_COLOURS.length] as string;
  const drawn = panels.flatMap((panel, i) =>
    drawPanel(
      panel,
      {
        x: (i % COLUMNS) * (WIDTH / COLUMNS) + LEFT,
        y: top + Math.floor(i / COLUMNS) * ROW,
        width,
        height: HEIGHT,
      },
      colour,
      i,
    ),
  );
  const bottom = top + Math.ceil(panels.length / COLUMNS) * ROW - 18;
  const keys = labels.map(
    (label): Key => ({
      label,
      sample: element(
        'g',
        {},
        line(`M${-SAMPLE / 2} 0H${SAMPLE / 2}`, colour(label)),
        dots(measured.has(label) ? [{ x: 0, y: 0 }] : [], colour(label)),
      ),
    }),
  );
  const key = legend(keys, bottom);
  const about = `${panels.length} plots: ${panels.map((panel) => `${panel.title} over ${panel.x}`).join('; ')}. ${measured.size > 0 ? 'Dots are measured, lines' : 'Lines are'} predicted. Series: ${labels.join('; ')}.`;
  return figure({ title, description: about }, bottom + key.height + 12, ...drawn, key.xml);
}

function drawPanel(panel: Panel, box: Box, colour: (label: string) => string, index: number): Xml[] {
  const { series, scales = {} } = panel;
  const kinds = { x: scales.x ?? 'linear', y: scales.y ?? 'linear' };
  const shown = (value: number | null, kind: ScaleKind) =>
    value !== null && Number.isFinite(value) && (kind === 'linear' || value > 0) ? value : Number.NaN;
  const all = series.flatMap(({ dots = [], line: through = [], dashed = [] }) => [
    ...dots,
    ...through,
    ...dashed,
  ]);
  const along = (axis: 'x' | 'y'): Scale =>
    widen(
      scaleOf(
        all.map((point) => shown(point[axis], kinds[axis])),
        kinds[axis],
      ),
      0.04,
    );
  const [x, y] = [along('x'), along('y')];
  const place = (point: PanelPoint) => ({
    x: round(box.x + x.at(shown(point.x, kinds.x)) * box.width),
    y: round(box.y + (1 - y.at(shown(point.y, kinds.y))) * box.height),
  });
  // a bar that reaches down to what is not positive goes to the end of a logarithmic scale, and beyond
  const level = (value: number) =>
    place({ x: x.min, y: value <= 0 && y.kind === 'log' ? y.min / 2 : value }).y;
  const seen = ({ dots = [] }: PanelSeries) =>
    evenly(dots)
      .map((point) => ({ ...point, at: place(point) }))
      .filter(({ at }) => Number.isFinite(at.x) && Number.isFinite(at.y));
  const bars = (one: PanelSeries): Xml[] => {
    const d = seen(one)
      .filter(({ error }) => error !== undefined)
      .map(({ at, y: middle, error = 0 }) => {
        const [low, high] = [level((middle as number) - error), level((middle as number) + error)];
        return `M${at.x} ${low}V${high}`;
      });
    return d.length > 0
      ? [element('path', { d: d.join(''), stroke: colour(one.label), 'stroke-width': 1.2 })]
      : [];
  };
  const clip = `panel${index}`;
  return [
    text(panel.title, {
      x: box.x + box.width / 2,
      y: box.y - 7,
      'text-anchor': 'middle',
      'font-weight': '600',
    }),
    element('clipPath', { id: clip }, element('rect', { ...box })),
    axes(box, { label: panel.x, ticks: scaleTicks(x, x.at, 4) }, { label: '', ticks: scaleTicks(y) }, true),
    element(
      'g',
      { 'clip-path': `url(#${clip})` },
      ...series.map((one) => line(polyline((one.line ?? []).map(place)), colour(one.label))),
      ...series.map((one) => line(polyline((one.dashed ?? []).map(place)), colour(one.label), '5 4')),
      ...series.flatMap(bars),
      ...series.map((one) =>
        dots(
          seen(one).map(({ at }) => at),
          colour(one.label),
        ),
      ),
    ),
  ];
}

const line = (d: string, stroke: string, dashes?: string): Xml =>
  element('path', {
    d,
    fill: 'none',
    stroke,
    'stroke-width': 1.8,
    'stroke-linejoin': 'round',
    'stroke-dasharray': dashes,
  });

const dots = (places: readonly { x: number; y: number }[], colour: string): Xml =>
  element(
    'g',
    { fill: colour, stroke: '#fff', 'stroke-width': 0.6 },
    ...places.map(({ x, y }) => element('circle', { cx: x, cy: y, r: 2.8 })),
  );

function evenly<T>(all: readonly T[]): readonly T[] {
  if (all.length <= DOTS) return all;
  return Array.from({ length: DOTS }, (_, i) => all[Math.round((i * (all.length - 1)) / (DOTS - 1))] as T);
}
