/**
 * A root by Newton's method, for functions that are monotone and concave: from a side on which the tangent does not
 * overshoot the iterates approach the root without passing it, and from the other side the first step changes sides.
 *
 * @param start where the iteration begins
 * @param step Newton's step, −f(x) / f′(x)
 * @returns the root, to the last digit or two
 * @throws where 500 steps are not enough
 * @see Ostrowski 1966, Solution of Equations and Systems of Equations, chapter 9
 * @example findRoot(1, (x) => (2 - x * x) / (2 * x)) // √(2)
 */
export function findRoot(start: number, step: (x: number) => number): number {
  let x = start;
  let before = Number.POSITIVE_INFINITY;
  for (let k = 0; k < 500; k++) {
    const change = step(x);
    x += change;
    const size = Math.abs(change);
    // (near the root rounding decides the steps, which then no longer shrink)
    if (size <= 1e-16 * Math.abs(x) || (size < 1e-13 * Math.abs(x) && size >= before)) return x;
    before = size;
  }
  throw new Error(`Newton's method does not settle from ${start}`);
}
