import { contours as isolines } from 'd3-contour';
import { polyline } from './figure.ts';
import { round } from './xml.ts';

/**
 * The most pairs of neighbours that a line is drawn between. A smooth line through 200 × 1000 cells has 1200; the lines of noise say
 * nothing, and to sort out which of its rings lies in which takes time with the square of their number.
 */
const MOST_CROSSINGS = 4000;

/** How many pairs of neighbouring cells lie on different sides of a level; what has no value lies below. */
function crossings(heights: Float64Array, columns: number, level: number): number {
  let count = 0;
  for (let i = 0; i < heights.length; i++) {
    const above = (heights[i] as number) >= level;
    if ((i + 1) % columns !== 0 && above !== (heights[i + 1] as number) >= level) count++;
    if (i + columns < heights.length && above !== (heights[i + columns] as number) >= level) count++;
  }
  return count;
}

/**
 * Where a field has some values, as paths of an SVG: marching squares between the middles of cells, with straight pieces,
 * which end half a cell before the edge of the field and before cells without value.
 *
 * @param heights the field, row-major, NaN where it has no value
 * @param columns the length of a row
 * @param levels the values of the lines
 * @param place the picture's coordinates of a point in cells, (0, 0) being the middle of the first
 * @returns a path for each level, empty where the field does not cross it, or crosses it in so many places that it is noise there
 * @see Lorensen & Cline 1987, "Marching cubes: a high resolution 3D surface construction algorithm" (in two dimensions)
 * @example contours(new Float64Array([0, 1, 0, 1]), 2, [0.5], (x, y) => [x, y]) // ['M0.5 0L0.5 1']
 */
export function contours(
  heights: Float64Array,
  columns: number,
  levels: readonly number[],
  place: (column: number, row: number) => readonly [x: number, y: number],
): string[] {
  const rows = heights.length / columns;
  const draw = isolines().size([columns, rows]).smooth(false);
  const height = (column: number, row: number) =>
    column < 0 || column >= columns ? Number.NaN : (heights[row * columns + column] ?? Number.NaN);
  const field = heights as unknown as number[];
  return levels.map((level) => {
    if (crossings(heights, columns, level) > MOST_CROSSINGS) return '';
    const rings = draw.contour(field, level).coordinates.flat() as [number, number][][];
    const paths = rings.map((ring) =>
      // d3-contour closes its rings along the edge and around holes. Unsmoothed, each point lies half-way between two
      // cells, so that what lies beside an edge or a hole can be told from what lies on the line
      polyline(
        ring.map((point) => {
          const [column, row] = point.map((value) => value - 0.5) as [number, number];
          const [left, low] = [Math.floor(column), Math.floor(row)];
          const [right, high] = [Math.ceil(column), Math.ceil(row)];
          const [from, to] = [height(left, low), height(right, high)];
          const part = (level - from) / (to - from);
          const [x, y] = place(left + part * (right - left), low + part * (high - low));
          return { x: round(x), y: round(y) };
        }),
      ),
    );
    return paths.join('');
  });
}
