import { describe, expect, it } from 'vitest';
import { colourOf, LINE_COLOURS, rgbOf } from './palette.ts';

/** CIE lightness L* of an sRGB colour. */
function lightness(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

describe('rgbOf', () => {
  it('is viridis: some of its published 256 colours, between the anchors', () => {
    for (const [index, published] of [
      [0, '#440154'],
      [2, '#450457'],
      [64, '#3b528b'],
      [128, '#21918c'],
      [192, '#5ec962'],
      [255, '#fde725'],
    ] as const) {
      const bytes = [1, 3, 5].map((start) => Number.parseInt(published.slice(start, start + 2), 16));
      rgbOf(index / 255).forEach((value, channel) => {
        expect(Math.abs(value - (bytes[channel] as number))).toBeLessThanOrEqual(1);
      });
    }
  });

  it('rises evenly in lightness', () => {
    const steps = Array.from(
      { length: 16 },
      (_, i) => lightness(rgbOf((i + 1) / 16)) - lightness(rgbOf(i / 16)),
    );
    expect(Math.min(...steps)).toBeGreaterThan(3.5);
    expect(Math.max(...steps)).toBeLessThan(6.5);
  });

  it('takes the ends outside', () => {
    expect([colourOf(-1), colourOf(2)]).toEqual([colourOf(0), colourOf(1)]);
    expect(colourOf(0)).toBe('#440154');
  });
});

it('has line colours that show on white and on dark', () => {
  for (const colour of LINE_COLOURS) {
    const l = lightness([1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16)));
    expect(l).toBeGreaterThan(40);
    expect(l).toBeLessThan(75);
  }
});
