import { describe, expect, it } from 'vitest';
import { samplePlane } from '../testing/plane.ts';
import { contours } from './contours.ts';

/** The pieces of the line, each with its two ends, in cells. */
function pieces(columns: number, rows: number, f: (x: number, y: number) => number, level: number) {
  const [path = ''] = contours(samplePlane(columns, rows, f).values, columns, [level], (column, row) => [
    column,
    row,
  ]);
  return [...path.matchAll(/M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)/g)].map((match) =>
    match.slice(1).map(Number),
  ) as [number, number, number, number][];
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

  it('separates the corners of a saddle as its middle says', () => {
    // high at two opposite corners; the middle is 0.5
    const saddle = (x: number, y: number) => (x === y ? 1 : 0);
    const [high, low] = [pieces(2, 2, saddle, 0.6), pieces(2, 2, saddle, 0.4)];
    expect(high.length).toBe(2);
    expect(low.length).toBe(2);
    // each piece cuts one corner off: the high ones above the middle, the low ones below it
    const corner = ([x1, y1, x2, y2]: [number, number, number, number]) =>
      Math.round((x1 + x2) / 2) === Math.round((y1 + y2) / 2);
    expect(high.every(corner)).toBe(true);
    expect(low.some(corner)).toBe(false);
  });

  it('stops where there is no value', () => {
    expect(pieces(3, 3, (x, y) => (y === 1 ? Number.NaN : x), 0.25)).toEqual([[0.5, 0, 0.5, 1]]);
    expect(pieces(3, 3, () => Number.NaN, 0.25)).toEqual([]);
  });
});
