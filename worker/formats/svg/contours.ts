import { round } from './xml.ts';

/**
 * Where a field has some values, as paths of an SVG: marching squares between the middles of cells, with straight pieces.
 * Squares with a corner without value are passed over.
 *
 * @param heights the field, row-major, NaN where it has no value
 * @param columns the length of a row
 * @param levels the values of the lines
 * @param place the picture's coordinates of a point in cells, (0, 0) being the middle of the first
 * @returns a path for each level, empty where the field does not cross it
 * @see Lorensen & Cline 1987, "Marching cubes: a high resolution 3D surface construction algorithm" (in two dimensions)
 * @example contours(new Float64Array([0, 1, 0, 1]), 2, [0.5], (x, y) => [x, y]) // ['M0.5 0L0.5 1']
 */
export function contours(
  heights: Float64Array,
  columns: number,
  levels: readonly number[],
  place: (column: number, row: number) => readonly [x: number, y: number],
): string[] {
  const paths = levels.map(() => '');
  for (let index = 0; index + columns + 1 < heights.length; index++) {
    const column = index % columns;
    if (column + 1 === columns) continue;
    const [a, b] = [heights[index] as number, heights[index + 1] as number];
    const [c, d] = [heights[index + columns + 1] as number, heights[index + columns] as number];
    // with a NaN both are one, and no level lies between
    const [lowest, highest] = [Math.min(a, b, c, d), Math.max(a, b, c, d)];
    levels.forEach((level, i) => {
      if (!(lowest < level && level <= highest)) return;
      const points = crossings([a, b, c, d], level).map(([right, up]) =>
        place(column + right, Math.floor(index / columns) + up)
          .map(round)
          .join(' '),
      );
      for (let j = 0; j < points.length; j += 2) paths[i] += `M${points[j]}L${points[j + 1]}`;
    });
  }
  return paths;
}

type Square = readonly [number, number, number, number];

/** The corners of a square, around it; the fifth is the first again. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [0, 0],
] as const;

/** Where the line crosses the sides of a square: two points, or two pairs of them at a saddle. */
function crossings(square: Square, level: number): [right: number, up: number][] {
  const points: [number, number][] = [];
  for (const side of [0, 1, 2, 3] as const) {
    const [a, b] = [square[side], square[(side + 1) % 4] as number];
    if (a < level === b < level) continue;
    const part = (level - a) / (b - a);
    const [from, to] = [CORNERS[side], CORNERS[side + 1] as readonly [number, number]];
    points.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
  }
  // at a saddle the mean decides which two corners hang together
  const mean = square.reduce((sum, height) => sum + height / 4, 0);
  const first = points[0];
  const turned = points.length === 4 && first && mean < level !== square[0] < level;
  return turned ? [...points.slice(1), first] : points;
}
