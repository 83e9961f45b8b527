/** What the first two-input average at a q costs, and each further one that needs no more terms of the series. */
type PairPrice = { readonly first: number; readonly again: number };

/** By a series in c as far as it carries (down to m = 0.03; for smooth φ under narrow Gaussians always), else by panels. */
const numeric = (
  q: number,
  m: number,
  aligned: (q: number, m: number) => number,
  series = false,
): PairPrice => {
  // panels are halved until they see the bend: the wider the Gaussian, the more of them
  const panels = 1 + Math.max(Math.log10(q) - 4, 0) / 6;
  if (m >= 0.3) return { first: 150 * panels, again: 3 };
  if (m >= 0.1) return { first: 350 * panels, again: 3 };
  if (series) return { first: 200, again: 3 };
  if (m >= 0.03) return { first: 2700 * panels, again: 5 };
  const first = aligned(q, m) * panels;
  return { first, again: first };
};

const kinked = (q: number, m: number) => (m < 1e-4 || q < 1 ? 15_000 : 5000);
const bentTwice = (_: number, m: number) => (m < 1e-3 ? 45_000 : 12_000);
const smooth = () => 4000;

const PAIRS = {
  closed: () => ({ first: 1, again: 0.5 }),
  mixture: () => ({ first: 20, again: 10 }),
  shifted_closed: () => ({ first: 30, again: 20 }),
  piecewise: (q: number, m: number) => (q <= 100 ? { first: 40, again: 12 } : numeric(q, m, bentTwice)),
  shrink: () => ({ first: 250, again: 250 }),
  smooth: (q: number, m: number) => numeric(q, m, smooth, q <= 3),
  kinked: (q: number, m: number) => numeric(q, m, kinked),
  shifted: (q: number, m: number) => {
    const { first, again } = numeric(q, m, kinked);
    return { first: 2 * first, again: 2 * again };
  },
} satisfies Record<string, (q: number, m: number) => PairPrice>;

/** How an activation takes its averages of two inputs. */
export type PairKind = keyof typeof PAIRS;

/**
 * What two-input averages cost outside the tables, in microseconds.
 *
 * @param kind of the activation, from its {@link Price}
 * @param q variance of what φ sees
 * @param m 1 − |c|
 * @example pairPrice('mixture', 1, 0.5) // { first: 20, again: 10 }
 */
export const pairPrice = (kind: PairKind, q: number, m: number): PairPrice => PAIRS[kind](q, m);
