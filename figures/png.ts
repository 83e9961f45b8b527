import { rgbOf } from './palette.ts';
import { scaleOf } from './scale.ts';
import type { Plane } from './table.ts';

/** The longer side of a picture has at least so many pixels, as long as a cell has at least one. */
const SIDE = 400;

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * The colours of a scale.
 *
 * @param count how many, at least 2
 * @example rampOf(255)[0] // [68, 1, 84]
 */
export const rampOf = (count: number): Rgb[] =>
  Array.from({ length: count }, (_, i) => rgbOf(i / (count - 1)));

/** Index 0 is "no value", the others are the colour map. */
const COLOURS = 255;

/**
 * A plane as a PNG with a palette: one square of whole pixels a cell, y upwards, cells without a value transparent. It has no
 * axes: it is the picture within an SVG.
 *
 * @param plane what to show; a log scale falls back to linear where a value is not positive
 * @returns the file; the longer side has 400 pixels or a few more
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 * @example (await encodePng(plane)).slice(1, 4)
 */
export async function encodePng(plane: Plane): Promise<Uint8Array<ArrayBuffer>> {
  const [columns, rows] = [plane.x.values.length, plane.y.values.length];
  const factor = Math.ceil(SIDE / Math.max(columns, rows, 1));
  const data = paintCells(plane, [factor, factor], COLOURS);
  return writePng(
    { width: columns * factor, height: rows * factor, data },
    [[0, 0, 0], ...rampOf(COLOURS)],
    1,
  );
}

/**
 * The cells of a plane as indices into a palette, top row first: 0 where there is no value, then the colours.
 *
 * @param plane what to show
 * @param size of a cell, in pixels
 * @param colours how many there are
 */
export function paintCells(
  { x, y, values, scale = 'linear' }: Plane,
  [wide, high]: readonly [wide: number, high: number],
  colours: number,
): Uint8Array {
  const [columns, rows] = [x.values.length, y.values.length];
  const { at } = scaleOf(values, scale);
  const stride = columns * wide;
  const indices = new Uint8Array(stride * rows * high);
  for (let row = 0; row < rows; row++) {
    const top = (rows - 1 - row) * high * stride;
    for (let column = 0; column < columns; column++) {
      const place = at(values[row * columns + column] as number);
      const colour = Number.isNaN(place) ? 0 : 1 + Math.round(place * (colours - 1));
      indices.fill(colour, top + column * wide, top + (column + 1) * wide);
    }
    for (let again = 1; again < high; again++) indices.copyWithin(top + again * stride, top, top + stride);
  }
  return indices;
}

/** A picture whose pixels are indices into a palette, top row first. */
export type Indexed = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/**
 * A PNG file. The platform compresses it: a library for that takes 6 KB of the Worker.
 *
 * @param picture see {@link Indexed}
 * @param palette at most 256 colours
 * @param transparent how many of the first colours cannot be seen
 * @param text keywords and what they say, in Latin-1
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 */
export async function writePng(
  { width, height, data }: Indexed,
  palette: readonly Rgb[],
  transparent = 0,
  text: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  // (each row less the one above it, which is the same but at the edges of cells)
  const filtered = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    filtered[y * (width + 1)] = 2;
    for (let x = 0, at = y * width; x < width; x++, at++)
      filtered[y * (width + 1) + 1 + x] = (data[at] as number) - (y > 0 ? (data[at - width] as number) : 0);
  }
  const packed = new Blob([filtered]).stream().pipeThrough(new CompressionStream('deflate'));
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  // 8 bits a pixel, with a palette
  header.setUint16(8, 0x0803);
  const chunks = [
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('PLTE', Uint8Array.from(palette.flat())),
    ...(transparent > 0 ? [chunk('tRNS', new Uint8Array(transparent))] : []),
    ...Object.entries(text).map(([name, said]) => chunk('tEXt', latin1(`${name}\0${said}`))),
    chunk('IDAT', new Uint8Array(await new Response(packed).arrayBuffer())),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(await new Blob([latin1('\x89PNG\r\n\x1a\n'), ...chunks]).arrayBuffer());
}

const latin1 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => Math.min(character.charCodeAt(0), 0xff));

/** A part of the file: its length, its type, what it holds, and a check of the last two. */
function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(latin1(type), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, checkSum(bytes.subarray(4, content.length + 8)));
  return bytes;
}

/** CRC-32, bit by bit: pictures are small. */
function checkSum(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
