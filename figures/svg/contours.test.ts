import { describe, expect, it } from 'vitest';
import { samplePlane } from '../testing/plane.ts';
import { contours } from './contours.ts';

/** The pieces of the line, each with its two ends, in cells. */
function pieces(columns: number, rows: number, f: (x: number, y: number) => number, level: number) {
  const [path = ''] = contours(samplePlane(columns, rows, f).values, columns, [level], (column, row) => [
    column,
    row,
  ]);
  return path
    .split('M')
    .slice(1)
    .flatMap((line) => {
      const points = line.split('L').map((point) => point.split(' ').map(Number));
      return points.slice(1).map((to, i) => [...(points[i] as number[]), ...to]);
    }) as [number, number, number, number][];
}

describe('contours', () => {
  it('is where a slope has the level', () => {
    expect(pieces(3, 2, (x) => x, 0.25)).toEqual([[0.5, 0, 0.5, 1]]);
  });

  it('goes round a hill, once, at the right distance', () => {
    const ring = pieces(41, 41, (x, y) => Math.hypot(x - 0.5, y - 0.5), 0.3);
    for (const [x1, y1] of ring) expect(Math.abs(Math.hypot(x1 - 20, y1 - 20) - 12)).toBeLessThan(0.05);
    const length = ring.reduce((sum, [x1, y1, x2, y2]) => sum + Math.hypot(x2 - x1, y2 - y1), 0);
    expect(length).toBeGreaterThan(2 * Math.PI * 12 * 0.99);
    expect(length).toBeLessThan(2 * Math.PI * 12 * 1.01);
  });

  it('cuts one corner off with each piece at a saddle', () => {
    const saddle = (x: number, y: number) => (x === y ? 1 : 0);
    for (const level of [0.4, 0.6]) {
      const found = pieces(2, 2, saddle, level);
      expect(found.length).toBe(2);
      for (const piece of found) for (const end of piece) expect(end >= 0 && end <= 1).toBe(true);
    }
  });

  it('draws no lines through noise, however large the field', () => {
    // islands in one half, lakes in the other: each lake would be looked for in every island
    const islands = (x: number, y: number) =>
      Number(Math.round(x * 399) % 2 === 1 && Math.round(y * 449) % 2 === 1);
    const noise = (x: number, y: number) => (y < 0.5 ? islands(x, y) : 1 - islands(x, y));
    expect(pieces(400, 450, noise, 0.5)).toEqual([]);
    expect(pieces(400, 450, (x, y) => x + y / 10, 0.5).length).toBeGreaterThan(400);
  });

  it('stops where there is no value', () => {
    expect(pieces(3, 3, (x, y) => (y === 1 ? Number.NaN : x), 0.25)).toEqual([[0.5, 0, 0.5, 1]]);
    expect(pieces(3, 3, () => Number.NaN, 0.25)).toEqual([]);
  });
});
