import { expect, test } from 'vitest';
import { GRID_LOOKS, LOOKS, type Look } from './looks.ts';

/** Relative luminance as WCAG 2 has it. */
function luminance({ colour }: Look): number {
  const hex = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

test('curves stand out from their halo, and are told apart in colour and in grey', () => {
  LOOKS.forEach((look, i) => {
    expect([look, contrast(luminance(look), 0) > 4.5]).toEqual([look, true]);
    for (const other of LOOKS.slice(i + 1)) {
      const inGrey = look.dash !== other.dash || contrast(luminance(look), luminance(other)) > 3;
      expect([look, other, look.colour !== other.colour && inGrey]).toEqual([look, other, true]);
    }
  });
});

test('each curve over a grid has a look of its own', () => {
  const indices = Object.values(GRID_LOOKS);
  expect(new Set(indices).size).toBe(indices.length);
  for (const index of indices) expect(LOOKS[index]).toBeDefined();
});
