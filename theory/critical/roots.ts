import { reportFault } from '../fault.ts';
import { count } from '../work.ts';

/** Values this small are rounding, not signs: the functions here are of the order of 1. */
const FLOOR = 1e-12;

/**
 * A root is one if the function changes its sign within the first of these; where the function is so flat that rounding hides that, within
 * one of the others.
 */
const WITHIN = [1e-10, 1e-8, 1e-6] as const;

/**
 * All sign changes of a function between neighbours of a grid, each narrowed down to double precision by the Illinois
 * variant of false position, and put back: the function changes its sign beside it, or it is left out, a fault. Grid points
 * where the function is below 1e-12 are passed over. Two roots between the same neighbours are not seen.
 *
 * @param f continuous, of the order of 1
 * @param grid increasing
 * @see Dowell, Jarratt 1971, "A modified regula falsi method for computing the root of an equation"
 * @example rootsBetween((x) => x * x - 2, [0, 1, 2]) // [1.414213562373095]
 */
export function rootsBetween(f: (x: number) => number, grid: readonly number[]): number[] {
  const roots: number[] = [];
  let before: [number, number] | null = null;
  for (const x of grid) {
    count(1);
    const value = f(x);
    if (!(Math.abs(value) > FLOOR)) continue;
    if (before && before[1] > 0 !== value > 0) {
      const root = narrow(f, before, [x, value]);
      if (WITHIN.some((near) => f(root - near) > 0 !== f(root + near) > 0)) roots.push(root);
      else reportFault('root', { root, between: [before[0], x] });
    }
    before = [x, value];
  }
  return roots;
}

function narrow(f: (x: number) => number, [a, fa]: [number, number], [b, fb]: [number, number]): number {
  let [left, atLeft, right, atRight] = [a, fa, b, fb];
  for (let i = 0; i < 200; i++) {
    count(1);
    // Every third step halves, so that a bad shape costs no more than bisection.
    const guess = i % 3 === 2 ? (left + right) / 2 : right - (atRight * (right - left)) / (atRight - atLeft);
    const x = guess > Math.min(left, right) && guess < Math.max(left, right) ? guess : (left + right) / 2;
    const value = f(x);
    if (value === 0 || Math.abs(right - left) <= 4e-16 * Math.max(Math.abs(left), Math.abs(right), 1e-3))
      return x;
    if (value * atRight < 0) [left, atLeft] = [right, atRight];
    else atLeft /= 2;
    [right, atRight] = [x, value];
  }
  return right;
}

/**
 * Numbers at equal ratios.
 *
 * @example logarithmic(1, 100, 3) // [1, 10, 100]
 */
export function logarithmic(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}
