import { formatNumber, type Scale, ticks } from '../scale.ts';
import { type Box, shorten, text } from './figure.ts';
import { element, type Xml } from './xml.ts';

/** A mark on an axis. */
export type Tick = {
  readonly label: string;
  /** 0 to 1 along the axis */
  readonly at: number;
};

/** An axis to draw. */
export type DrawnAxis = { readonly label: string; readonly ticks: readonly Tick[] };

/** About how many labels an axis has room for. */
export const TICKS = 6;

/** What the axes take on the left of a plot and below it. */
export const MARGIN = { left: 84, bottom: 56 } as const;

/**
 * Ticks at round values of a scale.
 *
 * @param scale along which
 * @param at where a value lies, 0 to 1; by default where the scale has it
 * @param count about how many
 * @example scaleTicks(scaleBetween(0, 1, 'linear'))[1] // { label: '0.2', at: 0.2 }
 */
export function scaleTicks(
  scale: Scale,
  at: (value: number) => number = scale.at,
  count: number = TICKS,
): Tick[] {
  return ticks(scale, count).map((value) => ({ label: formatNumber(value), at: at(value) }));
}

/**
 * The frame of a plot with ticks and labels.
 *
 * @param plot where it is
 * @param x the axis below
 * @param y the axis on the left, 0 at the bottom
 * @param grid whether lines go through the plot at the ticks
 */
export function axes(plot: Box, x: DrawnAxis, y: DrawnAxis, grid: boolean): Xml {
  const bottom = plot.y + plot.height;
  const marks = [
    ...x.ticks.map(({ at }) => {
      const px = plot.x + at * plot.width;
      return { x1: px, x2: px, y1: bottom, y2: bottom + 5, ...(grid && { through: { y2: plot.y } }) };
    }),
    ...y.ticks.map(({ at }) => {
      const py = bottom - at * plot.height;
      return {
        x1: plot.x,
        x2: plot.x - 5,
        y1: py,
        y2: py,
        ...(grid && { through: { x2: plot.x + plot.width } }),
      };
    }),
  ];
  const lines = marks.flatMap(({ through, ...mark }) => [
    element('line', mark),
    ...(through ? [element('line', { ...mark, ...through, opacity: 0.15 })] : []),
  ]);
  return element(
    'g',
    { class: 'axes' },
    element('g', { stroke: 'currentColor', fill: 'none' }, element('rect', { ...plot }), ...lines),
    element(
      'g',
      { 'text-anchor': 'middle', class: 'x' },
      ...x.ticks.map(({ label, at }) => text(label, { x: plot.x + at * plot.width, y: bottom + 19 })),
    ),
    element(
      'g',
      { 'text-anchor': 'end', class: 'y' },
      ...y.ticks.map(({ label, at }) => text(label, { x: plot.x - 9, y: bottom - at * plot.height + 4.5 })),
    ),
    text(shorten(x.label, 70), { x: plot.x + plot.width / 2, y: bottom + 42, 'text-anchor': 'middle' }),
    text(shorten(y.label, 50), {
      transform: `translate(18 ${plot.y + plot.height / 2}) rotate(-90)`,
      'text-anchor': 'middle',
    }),
  );
}
