import { describe, expect, it } from 'vitest';
import { rgbOf } from './palette.ts';
import { encodePng } from './png.ts';
import { samplePlane } from './testing/plane.ts';
import { readPng } from './testing/png.ts';

const square = samplePlane(2, 2, (x, y) => (x === 1 && y === 1 ? Number.NaN : x + 2 * y));

describe('encodePng', () => {
  it('has y upwards, a square a cell, and no colour where there is no value', async () => {
    const { width, height, rows, chunks } = await readPng(await encodePng(square));
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
      const picture = await readPng(await encodePng(samplePlane(columns, rows, (x) => x)));
      expect([picture.width, picture.height]).toEqual([width, height]);
    }
  });

  it('colours by logarithm where asked', async () => {
    const { rows } = await readPng(await encodePng(samplePlane(3, 1, (x) => 100 ** x, { scale: 'log' })));
    expect([0, 200, 399].map((x) => rows[0]?.[x])).toEqual([1, 128, 255]);
  });
});
