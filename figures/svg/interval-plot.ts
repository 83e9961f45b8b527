import { LINE_COLOURS } from '../palette.ts';
import { formatNumber, scaleBetween, ticks, widen } from '../scale.ts';
import { figure, headHeight, shorten, text, textWidth, WIDTH } from './figure.ts';
import { element, round, type Xml } from './xml.ts';

/** An estimate with its interval; ends that are not finite are drawn to the edge. */
export type Estimate = {
  /** any text */
  readonly label: string;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** any text at the right edge */
  readonly note?: string;
};

/** Estimates of one quantity. */
export type IntervalPanel = {
  /** any text: the quantity and its unit */
  readonly title: string;
  readonly estimates: readonly Estimate[];
  /** values at which a dashed line is drawn, beside the full one at 0 */
  readonly marks?: readonly number[];
};

const ROW = 24;
const PANEL = { head: 30, axis: 42 } as const;
const NOTE_SHARE = 0.24;

/** The most room that labels have. */
const LABELS = 290;

/**
 * Estimates with their intervals, one a row, about a line at 0: differences, one panel for each quantity.
 *
 * @param title any text
 * @param panels at least one, each with an estimate or more
 * @returns an SVG document
 * @example drawIntervals('Tabu less Bernoulli', [{ title: 'test accuracy', estimates: [{ label: 'tabu', value: 0.1, lower: -0.1, upper: 0.3 }] }])
 */
export function drawIntervals(title: string, panels: readonly IntervalPanel[]): string {
  let y = headHeight(title);
  const drawn = panels.map((panel) => {
    const own = drawPanel(panel, y);
    y += PANEL.head + panel.estimates.length * ROW + PANEL.axis;
    return own;
  });
  const description = panels
    .map(({ title: of, estimates }) => `${of}: ${estimates.map(describe).join('; ')}.`)
    .join(' ');
  return figure({ title, description }, y, ...drawn);
}

const describe = ({ label, value, lower, upper }: Estimate) =>
  `${label} ${formatNumber(value)} (${formatNumber(lower)} to ${formatNumber(upper)})`;

function drawPanel({ title, estimates, marks = [] }: IntervalPanel, top: number): Xml {
  const labels = Math.min(LABELS, Math.max(...estimates.map(({ label }) => textWidth(label))) + 24);
  const notes = estimates.some(({ note }) => note) ? WIDTH * NOTE_SHARE : 20;
  const [left, width] = [labels, WIDTH - labels - notes];
  const numbers = [0, ...marks, ...estimates.flatMap(({ value, lower, upper }) => [value, lower, upper])];
  const seen = numbers.filter(Number.isFinite);
  const [least, greatest] = [Math.min(...seen), Math.max(...seen)];
  const scale = widen(scaleBetween(least, greatest > least ? greatest : least + 1, 'linear'), 0.06);
  const xOf = (value: number) =>
    round(left + scale.at(Math.min(scale.max, Math.max(scale.min, value))) * width);
  const bottom = top + PANEL.head + estimates.length * ROW;
  const upright = (value: number, attributes: Readonly<Record<string, string | number>>) =>
    element('line', {
      ...{ x1: xOf(value), x2: xOf(value), y1: top + PANEL.head - 6, y2: bottom, stroke: 'currentColor' },
      ...attributes,
    });
  return element(
    'g',
    { class: 'panel' },
    text(title, { x: left + width / 2, y: top + 14, 'text-anchor': 'middle' }),
    ...ticks(scale, 6).flatMap((value) => [
      upright(value, { opacity: 0.12 }),
      text(formatNumber(value), { x: xOf(value), y: bottom + 19, 'text-anchor': 'middle' }),
    ]),
    upright(0, {}),
    ...marks.map((value) => upright(value, { 'stroke-dasharray': '4 4', opacity: 0.6 })),
    ...estimates.map(({ label, value, lower, upper, note }, i) => {
      const y = top + PANEL.head + (i + 0.5) * ROW;
      const colour = LINE_COLOURS[0] as string;
      return element(
        'g',
        {},
        text(shorten(label, Math.round((left - 24) / textWidth('x'))), {
          x: left - 12,
          y: y + 4.5,
          'text-anchor': 'end',
        }),
        element('line', {
          x1: xOf(lower),
          x2: xOf(upper),
          y1: y,
          y2: y,
          stroke: colour,
          'stroke-width': 2.5,
        }),
        element('circle', { cx: xOf(value), cy: y, r: 4.5, fill: colour }),
        ...(note ? [text(shorten(note, 24), { x: left + width + 10, y: y + 4.5 })] : []),
      );
    }),
  );
}
