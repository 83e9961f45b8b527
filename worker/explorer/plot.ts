import { formatNumber, type Scale, ticks } from '../../figures/scale.ts';
import { svg } from './dom.ts';

/** A rectangle in pixels; y downwards. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** A mark on an axis: its label, and where it is, 0 to 1. */
export type Tick = { readonly label: string; readonly at: number };

/** An axis to draw. */
export type Axis = { readonly label: string; readonly ticks: readonly Tick[] };

/**
 * The axis of a scale, with ticks at round values.
 *
 * @param label what it says
 * @param scale of the values
 * @param length in pixels, which decides how many ticks there is room for
 */
export function scaleAxis(label: string, scale: Scale, length: number): Axis {
  const values = ticks(scale, Math.max(2, length / 70));
  return { label, ticks: values.map((value) => ({ label: formatNumber(value, 6), at: scale.at(value) })) };
}

/**
 * The frame of a plot with its ticks and labels.
 *
 * @param box where the plot is; below it and on its left there must be room
 * @param x the axis below
 * @param y the axis on the left, 0 at the bottom
 * @param grid whether lines go through the plot at the ticks
 */
export function frame(box: Box, x: Axis, y: Axis, grid: boolean): SVGGElement {
  const bottom = box.y + box.height;
  const across = x.ticks.flatMap(({ label, at }) => {
    const px = box.x + at * box.width;
    return [
      svg('line', { x1: px, x2: px, y1: grid ? box.y : bottom, y2: bottom + 4, class: 'tick' }),
      svg('text', { x: px, y: bottom + 17, 'text-anchor': 'middle' }, label),
    ];
  });
  const up = y.ticks.flatMap(({ label, at }) => {
    const py = bottom - at * box.height;
    return [
      svg('line', { x1: box.x - 4, x2: grid ? box.x + box.width : box.x, y1: py, y2: py, class: 'tick' }),
      svg('text', { x: box.x - 8, y: py + 4, 'text-anchor': 'end' }, label),
    ];
  });
  return svg(
    'g',
    { class: 'axes' },
    ...across,
    ...up,
    svg('rect', { ...box, class: 'frame' }),
    svg(
      'text',
      { x: box.x + box.width / 2, y: bottom + 36, 'text-anchor': 'middle', class: 'label' },
      x.label,
    ),
    svg(
      'text',
      {
        transform: `translate(13 ${box.y + box.height / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        class: 'label',
      },
      y.label,
    ),
  );
}

/**
 * A number as the page shows it: four digits.
 *
 * @param value null and NaN are dashes
 * @example shown(1 / 3) // '0.3333'
 */
export function shown(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? formatNumber(value, 4) : '–';
}
