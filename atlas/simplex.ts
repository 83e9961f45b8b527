/**
 * The minimum of a function of a few numbers, by the downhill simplex of Nelder and Mead. (A library would be preferred: those
 * at hand do not load as modules of Node, or bring a hundred packages with them.)
 *
 * @see Nelder and Mead 1965, "A simplex method for function minimization"
 * @example minimise(([x, y]) => (x - 2) ** 2 + (y - 1) ** 2, [0, 0])[0] // 1.99998…
 */
export function minimise(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  step = 0.2,
): number[] {
  const at = (point: number[]) => ({ point, value: f(point) });
  const corners = [at([...start]), ...start.map((_, i) => at(start.map((x, j) => (i === j ? x + step : x))))];
  for (let round = 0; round < 2000; round++) {
    corners.sort((a, b) => a.value - b.value);
    const [best, worst, second] = [corners[0], corners.at(-1), corners.at(-2)] as [Corner, Corner, Corner];
    if (worst.value - best.value < FLAT) {
      // (corners on either side of a minimum may be level)
      if (measureSize(corners) < SMALL) break;
      shrink(corners, at);
      continue;
    }
    const others = corners.slice(0, -1);
    const centre = start.map(
      (_, i) => others.reduce((sum, { point }) => sum + (point[i] as number), 0) / others.length,
    );
    const along = (factor: number) => at(centre.map((x, i) => x + factor * ((worst.point[i] as number) - x)));
    let next = along(-1);
    if (next.value < best.value) {
      const further = along(-2);
      if (further.value < next.value) next = further;
    } else if (next.value >= second.value) {
      next = along(next.value < worst.value ? -0.5 : 0.5);
    }
    if (next.value < worst.value) corners[corners.length - 1] = next;
    else shrink(corners, at);
  }
  return corners.reduce((a, b) => (b.value < a.value ? b : a)).point;
}

type Corner = { point: number[]; value: number };

/** A simplex whose corners differ by less is flat. */
const FLAT = 1e-9;

/** And one whose sides are shorter is small. */
const SMALL = 1e-4;

/** The longest side from the best corner, along one coordinate. */
const measureSize = ([best, ...others]: readonly Corner[]): number =>
  Math.max(...others.flatMap(({ point }) => point.map((x, i) => Math.abs(x - (best?.point[i] ?? 0)))));

/** Moves all corners half the way to the best one, the first. */
function shrink(corners: Corner[], at: (point: number[]) => Corner): void {
  const [best] = corners;
  for (let i = 1; i < corners.length; i++) {
    const { point } = corners[i] as Corner;
    corners[i] = at(point.map((x, j) => (x + (best?.point[j] ?? 0)) / 2));
  }
}
