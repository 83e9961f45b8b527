import { divergingRgb, rgbOf } from '../../figures/palette.ts';
import { type Scale, scaleBetween, scaleOf } from '../../figures/scale.ts';
import { svg } from './dom.ts';
import { type Box, scaleAxis } from './plot.ts';

/** Values of a plane, row-major from the bottom; NaN where there is none. */
export type Field = { readonly columns: number; readonly rows: number; readonly values: Float64Array };

/** The part of the values that the colours tell apart at the top: a few that are nearly infinite would hide the others. */
const TOP = 0.985;

/** A scale and the colours along it. */
export type ColourScale = {
  readonly scale: Scale;
  /** whether some values lie above it */
  readonly capped: boolean;
  readonly rgb: (part: number) => readonly [red: number, green: number, blue: number];
};

/**
 * The scale of the colours of a field, from its least value to one that nearly all lie below.
 *
 * @param field what is coloured
 * @param kind log falls back to linear where a value is not positive; diverging has 1 in its middle, and equal factors below and above
 * @example colourScale({ columns: 2, rows: 1, values: new Float64Array([1, 10]) }, 'log').scale.at(10) // 1
 */
export function colourScale({ values }: Field, kind: 'linear' | 'log' | 'diverging'): ColourScale {
  const finite = values.filter(Number.isFinite).sort();
  if (kind === 'diverging') {
    const { min, max } = scaleOf(finite, 'log');
    const far = Math.min(Math.max(max, 1 / Math.max(min, 1e-3), 1.01), 10);
    return { scale: scaleBetween(1 / far, far, 'log'), capped: max > far, rgb: divergingRgb };
  }
  const [min = 0, most = 1] = [finite[0], finite.at(-1)];
  const high = finite[Math.ceil(TOP * (finite.length - 1))] ?? 1;
  // the few above are left out only where they would take many of the colours
  const capped = kind === 'log' ? most > 4 * high : most - min > 2 * (high - min);
  const max = capped ? high : most;
  return {
    scale: scaleBetween(min, max, kind === 'log' && min > 0 ? 'log' : 'linear'),
    capped,
    rgb: rgbOf,
  };
}

/**
 * Paints a field; its pixels are blended into each other, cells without value stay clear.
 *
 * @param canvas which is stretched over the plot
 * @param field what to paint
 * @param colours of its values
 */
export function paint(
  canvas: HTMLCanvasElement,
  { columns, rows, values }: Field,
  { scale, rgb }: ColourScale,
): void {
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  values.forEach((value, i) => {
    const place = scale.at(value);
    if (Number.isNaN(place)) return;
    const top = rows - 1 - Math.floor(i / columns);
    image.data.set([...rgb(place), 255], 4 * (top * columns + (i % columns)));
  });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/**
 * The colour bar of a scale, ticks on its right.
 *
 * @param box where the bar is
 * @param colours and their scale
 * @param unit of the values, above it
 */
export function colourBar(
  box: Box,
  { scale, rgb }: Pick<ColourScale, 'scale' | 'rgb'>,
  unit: string,
): SVGGElement {
  const steps = Math.floor(box.height / 2);
  const height = box.height / steps;
  const bars = Array.from({ length: steps }, (_, i) =>
    svg('rect', {
      class: 'bar',
      x: box.x,
      y: box.y + box.height - (i + 1) * height,
      width: box.width,
      height,
      fill: `rgb(${rgb((i + 0.5) / steps)})`,
    }),
  );
  const marks = scaleAxis('', scale, box.height * 1.3).ticks.map(({ label, at }) =>
    svg('text', { x: box.x + box.width + 5, y: box.y + (1 - at) * box.height + 4 }, label),
  );
  const title = svg('text', { x: box.x + box.width, y: box.y - 8, 'text-anchor': 'middle' }, unit);
  return svg('g', { class: 'axes' }, ...bars, ...marks, title);
}
