import { describe, expect, it } from 'vitest';
import { rgbOf } from './palette.ts';
import { encodePngFigure } from './png-figure.ts';
import { samplePlane } from './testing/plane.ts';
import { hasText, readPng } from './testing/png.ts';

const plane = samplePlane(20, 10, (x, y) => x + y, {
  unit: 'layers',
  title: 'Depth scale of tanh, keep 0.9',
});

describe('encodePngFigure', () => {
  it('has a title, axes with their units and values, and a bar of the colours', async () => {
    const named = { ...plane, y: { ...plane.y, unit: 'layers' } };
    const picture = await readPng(await encodePngFigure(named));
    for (const text of ['Depth scale of tanh, keep 0.9', 'sigma_w2', 'xi_2 (layers)', '0.2', '1.5'])
      expect([text, hasText(picture, text)]).toEqual([text, true]);
    expect(hasText(picture, 'keep (layers)', true)).toBe(true);
    expect(hasText(picture, 'keep (layers)')).toBe(false);
    expect(new TextDecoder().decode(picture.chunks.tEXt)).toBe(
      'Title\0Depth scale of tanh, keep 0.9\nDescription\0xi_2 (layers) over sigma_w2 and keep (layers)',
    );
  });

  it('draws the cells with y upwards, in the colours of the bar', async () => {
    const { rows, palette, width } = await readPng(await encodePngFigure(plane));
    const colours = new Set(rows.flatMap((row) => [...row]).map((index) => palette[index]?.join()));
    for (const t of [0, 1]) expect(colours).toContain(rgbOf(t).join());
    // the last cell of the plane, on the right above, is the brightest; the bar beside it begins as bright
    const bright = palette.findIndex((colour) => colour.join() === rgbOf(1).join());
    const first = rows.findIndex((row) => row.includes(bright));
    expect(rows.slice(first + 60).filter((row) => row.subarray(0, width - 150).includes(bright))).toEqual([]);
  });

  it('says which cells have no value', async () => {
    const holes = await readPng(
      await encodePngFigure(samplePlane(4, 4, (x, y) => (x > 0.5 ? Number.NaN : x + y))),
    );
    expect(hasText(holes, 'no value')).toBe(true);
    expect(hasText(await readPng(await encodePngFigure(plane)), 'no value')).toBe(false);
    const empty = samplePlane(2, 2, () => Number.NaN, { title: 'empty' });
    const none = await readPng(await encodePngFigure(empty));
    expect([hasText(none, 'no value'), hasText(none, 'xi_2')]).toEqual([true, false]);
  });

  it('takes any title, in lines, and any shape', async () => {
    const title = `Ünïcode ${'and many words '.repeat(20)}`;
    const picture = await readPng(await encodePngFigure({ ...plane, title }));
    expect(hasText(picture, '?n?code and many')).toBe(true);
    for (const [columns, rows] of [
      [1, 1],
      [10_000, 1],
      [1, 3000],
    ] as const) {
      const { width, height } = await readPng(await encodePngFigure(samplePlane(columns, rows, (x) => x)));
      expect(width).toBeGreaterThanOrEqual(columns);
      expect(height).toBeGreaterThanOrEqual(rows);
      expect(width * height).toBeLessThan(4_000_000);
    }
  });
});
