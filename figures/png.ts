import { encode, type IndexedColors } from 'fast-png';
import { rgbOf } from './palette.ts';
import { scaleOf } from './scale.ts';
import type { Plane } from './table.ts';

/** The longer side of a picture has at least so many pixels, as long as a cell has at least one. */
const SIDE = 400;

/** Index 0 is "no value", the others are the colour map. */
const COLOURS = 255;

const PALETTE: IndexedColors = [
  [0, 0, 0, 0],
  ...Array.from({ length: COLOURS }, (_, i): [number, number, number, number] => [
    ...rgbOf(i / (COLOURS - 1)),
    255,
  ]),
];

/**
 * A plane as a PNG with a palette: one square of whole pixels a cell, y upwards, cells without a value transparent. It has no
 * axes, they are in the SVG.
 *
 * @param plane what to show; a log scale falls back to linear where a value is not positive
 * @returns the file; the longer side has 400 pixels or a few more
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 * @example (await encodePng(plane)).slice(1, 4)
 */
export async function encodePng(plane: Plane): Promise<Uint8Array<ArrayBuffer>> {
  const [columns, rows] = [plane.x.values.length, plane.y.values.length];
  const factor = Math.ceil(SIDE / Math.max(columns, rows, 1));
  const [width, height] = [columns * factor, rows * factor];
  const data = pixels(plane, factor);
  return new Uint8Array(encode({ width, height, data, channels: 1, palette: PALETTE }));
}

/** Indices into the palette, top row first. */
function pixels({ x, y, values, scale = 'linear' }: Plane, factor: number): Uint8Array {
  const [columns, rows] = [x.values.length, y.values.length];
  const { at } = scaleOf(values, scale);
  const stride = columns * factor;
  const indices = new Uint8Array(stride * rows * factor);
  for (let row = 0; row < rows; row++) {
    const top = (rows - 1 - row) * factor * stride;
    for (let column = 0; column < columns; column++) {
      const place = at(values[row * columns + column] as number);
      const colour = Number.isNaN(place) ? 0 : 1 + Math.round(place * (COLOURS - 1));
      indices.fill(colour, top + column * factor, top + (column + 1) * factor);
    }
    for (let again = 1; again < factor; again++) indices.copyWithin(top + again * stride, top, top + stride);
  }
  return indices;
}
