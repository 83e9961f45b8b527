import { describe, expect, it } from 'vitest';
import { rgbOf } from './palette.ts';
import { encodePng } from './png.ts';
import { samplePlane } from './testing/plane.ts';

/** Reads the picture back: the palette index of every pixel, top row first. */
async function read(file: Uint8Array) {
  expect([...file.slice(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer);
  const chunks: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(file.slice(at + 4, at + 8));
    chunks[type] = new Uint8Array(file.slice(at + 8, at + 8 + length));
    at += length + 12;
  }
  const header = new DataView((chunks.IHDR as Uint8Array<ArrayBuffer>).buffer);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const stream = new Blob([chunks.IDAT as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const rows: Uint8Array[] = [];
  for (let y = 0; y < height; y++) {
    const line = raw.slice(y * (width + 1) + 1, (y + 1) * (width + 1));
    const above = rows[y - 1];
    rows.push(raw[y * (width + 1)] === 2 ? line.map((byte, x) => byte + (above?.[x] as number)) : line);
  }
  return { width, height, rows, chunks };
}

const square = samplePlane(2, 2, (x, y) => (x === 1 && y === 1 ? Number.NaN : x + 2 * y));

describe('encodePng', () => {
  it('has y upwards, a square a cell, and no colour where there is no value', async () => {
    const { width, height, rows, chunks } = await read(await encodePng(square));
    expect([width, height]).toEqual([400, 400]);
    const corners = [rows[0]?.[0], rows[0]?.[399], rows[399]?.[0], rows[399]?.[399]];
    expect(corners).toEqual([255, 0, 1, 128]);
    expect([rows[199]?.[199], rows[200]?.[199], rows[200]?.[200]]).toEqual([255, 1, 128]);
    expect([...(chunks.tRNS as Uint8Array)]).toEqual([0]);
    expect([...(chunks.PLTE as Uint8Array).slice(3, 6)]).toEqual(rgbOf(0));
    expect([...(chunks.PLTE as Uint8Array).slice(-3)]).toEqual(rgbOf(1));
  });

  it('writes checksums as the specification defines them', async () => {
    // that of an empty IEND stands at the end of every PNG
    expect([...(await encodePng(square)).slice(-4)]).toEqual([0xae, 0x42, 0x60, 0x82]);
  });

  it('keeps the shape of the plane, and takes one pixel a cell for large ones', async () => {
    for (const [columns, rows, width, height] of [
      [10, 3, 400, 120],
      [500, 2, 500, 2],
      [1, 1, 400, 400],
    ] as const) {
      const picture = await read(await encodePng(samplePlane(columns, rows, (x) => x)));
      expect([picture.width, picture.height]).toEqual([width, height]);
    }
  });

  it('colours by logarithm where asked', async () => {
    const { rows } = await read(await encodePng(samplePlane(3, 1, (x) => 100 ** x, { scale: 'log' })));
    expect([0, 200, 399].map((x) => rows[0]?.[x])).toEqual([1, 128, 255]);
  });
});
