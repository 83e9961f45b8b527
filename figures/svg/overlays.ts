import type { CellAxis } from './cell-axis.ts';
import { type Box, polyline } from './figure.ts';
import { type Key, SAMPLE } from './legend.ts';
import { LOOKS, type Look } from './looks.ts';
import { element, round, type Xml } from './xml.ts';

/** What is drawn over a heat map, in the units of its axes. */
export type Overlay = {
  readonly label: string;
  readonly kind: 'curve' | 'points';
  /** of a curve: which of `LOOKS`; by default the next */
  readonly look?: number;
  readonly points: readonly OverlayPoint[];
};

/** A point of a curve, or a measured one with the interval that it lies in. */
export type OverlayPoint = {
  readonly x: number;
  /** null: a curve has a gap, a point has no mark */
  readonly y: number | null;
  /** the ends of the interval along y; null: it is open there, and goes to the edge of the plot; undefined: it has none */
  readonly low?: number | null;
  readonly high?: number | null;
};

/** Black around each line: visible on every colour of the map. */
const HALO = { stroke: '#000', 'stroke-width': 5 };
const LINE_WIDTH = 2.5;

/** What tells one set of points from the next: a mark around (0, 0). */
const MARKS: readonly string[] = [
  'M-5 0A5 5 0 1 1 5 0A5 5 0 1 1-5 0Z',
  'M-4.5-4.5H4.5V4.5H-4.5Z',
  'M0-6L6 0L0 6L-6 0Z',
  'M0-5.5L5.5 4.5H-5.5Z',
];

/** How far outside the plot a point may lie, in its sizes: viewers cannot hold any number. */
const OUTSIDE = 1000;

/**
 * What is drawn over a heat map, and its legend.
 *
 * @param overlays in order, the later ones above
 * @param axes of the plot
 * @param plot where; what lies outside is to be clipped
 */
export function drawOverlays(
  overlays: readonly Overlay[],
  axes: { readonly x: CellAxis; readonly y: CellAxis },
  plot: Box,
): { drawn: Xml[]; keys: Key[] } {
  const far = (at: number) => Math.min(Math.max(at, -OUTSIDE), OUTSIDE);
  const px = (x: number) => round(plot.x + far(axes.x.at(x)) * plot.width);
  const fromBottom = (at: number) => round(plot.y + (1 - far(at)) * plot.height);
  const drawn: Xml[] = [];
  const keys: Key[] = [];
  const counts = { curve: 0, points: 0 };
  for (const { kind, label, look, points } of overlays) {
    const variant = counts[kind]++;
    const at = points.map(({ x, y, low, high }) => ({
      x: px(x),
      y: y === null ? Number.NaN : fromBottom(axes.y.at(y)),
      low: low === undefined ? undefined : fromBottom(low === null ? axes.y.low : axes.y.at(low)),
      high: high === undefined ? undefined : fromBottom(high === null ? axes.y.high : axes.y.at(high)),
    }));
    if (kind === 'curve') {
      const own = LOOKS[(look ?? variant) % LOOKS.length];
      drawn.push(curve(polyline(at), own));
      keys.push({ label, sample: curve(`M${-SAMPLE / 2} 0H${SAMPLE / 2}`, own) });
    } else {
      const seen = at.filter((point) => Number.isFinite(point.x));
      const bars = seen.map(({ x, y, low = y, high = y }) =>
        Number.isFinite(low) && Number.isFinite(high) && low !== high ? `M${x} ${low}V${high}` : '',
      );
      const marks = seen
        .filter(({ y }) => Number.isFinite(y))
        .map(({ x, y }) => mark(variant, { transform: `translate(${x} ${y})` }));
      drawn.push(element('g', { class: 'points' }, curve(bars.join('')), ...marks));
      keys.push({ label, sample: element('g', {}, curve('M0-9V9'), mark(variant, {})) });
    }
  }
  return { drawn, keys };
}

function curve(d: string, { colour, dash }: Look = LOOKS[0]): Xml {
  const shared = { d, fill: 'none', 'stroke-linejoin': 'round' };
  return element(
    'g',
    { class: 'curve' },
    element('path', { ...shared, ...HALO }),
    element('path', { ...shared, stroke: colour, 'stroke-width': LINE_WIDTH, 'stroke-dasharray': dash }),
  );
}

const mark = (variant: number, attributes: Record<string, string>): Xml =>
  element('path', {
    d: MARKS[variant % MARKS.length],
    fill: '#fff',
    stroke: '#000',
    'stroke-width': 1.5,
    ...attributes,
  });
