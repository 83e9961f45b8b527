import { rgbOf } from './palette.ts';
import { scaleOf } from './scale.ts';
import type { Plane } from './table.ts';

/** The longer side of a picture has at least so many pixels, as long as a cell has at least one. */
const SIDE = 400;

/** Index 0 is "no value", the others are the colour map. */
const COLOURS = 255;

/**
 * A plane as a PNG with a palette: one square of whole pixels a cell, y upwards, cells without a value transparent. It has no
 * axes, they are in the SVG.
 *
 * @param plane what to show; a log scale falls back to linear where a value is not positive
 * @returns the file; the longer side has 400 pixels or a few more
 * @see W3C, "Portable Network Graphics (PNG) Specification (Third Edition)"
 * @example (await encodePng(plane)).slice(1, 4) // the bytes of "PNG"
 */
export async function encodePng(plane: Plane): Promise<Uint8Array<ArrayBuffer>> {
  const [columns, rows] = [plane.x.values.length, plane.y.values.length];
  const factor = Math.ceil(SIDE / Math.max(columns, rows, 1));
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, columns * factor);
  view.setUint32(4, rows * factor);
  header.set([8, 3], 8); // 8 bits a pixel, colour by palette; then deflate, filters by row, not interlaced: all 0
  const palette = new Uint8Array(3 * (COLOURS + 1));
  for (let i = 0; i < COLOURS; i++) palette.set(rgbOf(i / (COLOURS - 1)), 3 * (i + 1));
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('tRNS', new Uint8Array([0])),
    chunk('IDAT', await deflate(pixels(plane, factor))),
    chunk('IEND', new Uint8Array(0)),
  ];
  return concatenate([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks]);
}

/** The rows of pixels, top first, each behind the number of its filter. */
function pixels({ x, y, values, scale = 'linear' }: Plane, factor: number): Uint8Array<ArrayBuffer> {
  const [columns, rows] = [x.values.length, y.values.length];
  const { at } = scaleOf(values, scale);
  const stride = columns * factor + 1;
  const bytes = new Uint8Array(stride * rows * factor);
  for (let row = 0; row < rows; row++) {
    const top = (rows - 1 - row) * factor * stride;
    for (let column = 0; column < columns; column++) {
      const place = at(values[row * columns + column] as number);
      const colour = Number.isNaN(place) ? 0 : 1 + Math.round(place * (COLOURS - 1));
      bytes.fill(colour, top + 1 + column * factor, top + 1 + (column + 1) * factor);
    }
    // filter 2 is "the difference to the row above": the further rows of a cell are zeros, which take no time to deflate
    for (let again = 1; again < factor; again++) bytes[top + again * stride] = 2;
  }
  return bytes;
}

/** The zlib format, which PNG asks for; the browser's name for it is "deflate". */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A chunk: length, type, content, checksum of type and content. */
function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
