import { count } from './work.ts';

/** Value and derivative of a function at a point. */
export type Local = { readonly value: number; readonly slope: number };

/** A relative step this small is the last: the error after it is of the order of its square. */
const CLOSE = 1e-8;

/**
 * The positive root of pole / x + d(x), where d is convex and decreasing. Each step solves the equation with d replaced
 * by its tangent, the pole kept exact. A tangent lies below a convex function, so every iterate after the first is at
 * most the root and they rise to it: quadratically, from any start, without a bracket. Both fixed points that the
 * theory needs have this shape: q* with the bias variance as the pole, and m* = 1 − c* with the loss of correlation at
 * full alignment as the pole; each keeps its digits down to a vanishing pole and a vanishing d(0), which is where
 * iterating the map, or bisecting for q and c, lose them.
 */
export function poleRoot(pole: number, d: (x: number) => Local, start: number, close = CLOSE): number {
  let x = start;
  let risen = false;
  for (let i = 0; i < 200; i++) {
    count(2);
    const next = tangentRoot(pole, x, d(x));
    // A step down after a step up can only be rounding: it is as good as d allows.
    if (Math.abs(next - x) <= close * x || (risen && next < x)) return next;
    risen ||= next > x;
    x = next;
  }
  return x;
}

/** The positive root y of pole / y + value + slope (y − x). */
function tangentRoot(pole: number, x: number, { value, slope }: Local): number {
  const fall = Math.max(-slope, 0);
  const level = value + fall * x;
  const root = Math.sqrt(level * level + 4 * fall * pole);
  // Of the two forms of the quadratic's root, the one that does not subtract.
  const y = level > 0 ? (level + root) / (2 * fall) : (2 * pole) / (root - level);
  // Where rounding (or a first guess far to the right, with no pole) leaves no positive root, move on and look again.
  if (y > 0 && y < Number.POSITIVE_INFINITY) return y;
  return y > 0 ? 4 * x : x / 4;
}
