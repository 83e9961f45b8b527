import type { Plane } from '../table.ts';

/**
 * A plane to test with: a function over two evenly spaced axes, from 0 to 1 each.
 *
 * @param columns how many values of x
 * @param rows how many values of y
 * @param f the measure at a point; NaN for none
 * @param more what differs from the usual
 */
export function samplePlane(
  columns: number,
  rows: number,
  f: (x: number, y: number) => number,
  more: Partial<Plane> = {},
): Plane {
  const axis = (length: number) => Array.from({ length }, (_, i) => i / Math.max(length - 1, 1));
  const [xs, ys] = [axis(columns), axis(rows)];
  return {
    meta: {},
    x: { name: 'sigma_w2', values: xs },
    y: { name: 'keep', values: ys },
    measure: 'xi_2',
    values: Float64Array.from(ys.flatMap((y) => xs.map((x) => f(x, y)))),
    ...more,
  };
}
