import type { ACTIVATIONS } from '../schemas/names.ts';

/** What averages of an activation cost, in microseconds of one core. */
export type Price = {
  /** one row of depth scales: its fixed points and slopes, in the middle of the plane */
  readonly row: number;
  /** the same where the Gaussian is wide (sigma_w2 over 10 keep, or sigma_b2 over 10) */
  readonly wide: number;
  /** one-input averages at one q */
  readonly moments: number;
  /** what decides the price of two-input averages: see {@link pairPrice} */
  readonly pair: keyof typeof PAIRS;
};

/**
 * The prices of the activations whose averages are no closed forms: the one place where the Worker knows how fast the
 * theory is. They are upper ends of what `npm run bench` measures, on purpose no clock: the same address must have the same
 * answer on a slow machine, and clocks stand still while a Worker computes.
 */
const PRICES: Partial<Record<(typeof ACTIVATIONS)[number], Price>> = {
  tanh: { row: 100, wide: 100, moments: 6, pair: 'table' },
  sigmoid: { row: 100, wide: 100, moments: 6, pair: 'table' },
  hard_tanh: { row: 350, wide: 60_000, moments: 12, pair: 'piecewise' },
  relu6: { row: 350, wide: 60_000, moments: 12, pair: 'piecewise' },
  softplus: { row: 5000, wide: 100_000, moments: 50, pair: 'smooth' },
  silu: { row: 4000, wide: 60_000, moments: 50, pair: 'smooth' },
  quick_gelu: { row: 6000, wide: 60_000, moments: 50, pair: 'smooth' },
  mish: { row: 4000, wide: 60_000, moments: 50, pair: 'smooth' },
  gelu_tanh: { row: 4000, wide: 60_000, moments: 50, pair: 'smooth' },
  softsign: { row: 4000, wide: 80_000, moments: 50, pair: 'kinked' },
  elu: { row: 6000, wide: 120_000, moments: 50, pair: 'kinked' },
  selu: { row: 6000, wide: 120_000, moments: 50, pair: 'kinked' },
  hard_swish: { row: 3000, wide: 60_000, moments: 50, pair: 'kinked' },
};

/** An affine map around an activation costs its averages of two inputs so many times as much. */
export const WRAPPED = 1.5;

/** Of the activations with closed forms. */
export const CLOSED_FORM: Price = { row: 20, wide: 20, moments: 1.5, pair: 'closed' };

/**
 * The price of an activation without a shift.
 *
 * @example priceOf('relu') // CLOSED_FORM
 */
export const priceOf = (activation: string): Price =>
  (PRICES as Partial<Record<string, Price>>)[activation] ?? CLOSED_FORM;

/**
 * An input shift costs an activation its closed forms and tables; one by more than `beyond` hides the bend of φ under the tail of the
 * Gaussian too, for averages of two inputs already by more than `pairs_beyond`.
 */
export const SHIFTED = { row: 3000, moments: 150 } as const;
export const FAR_SHIFTED = { beyond: 5, pairs_beyond: 2, row: 248_000, moments: 300 } as const;

/** A row of an IC layer: its maps average over the statistics of a batch too, for every activation numerically. */
export const IC_ROW = 40_000;

/**
 * One layer of IC layers: `centred` where generic inputs are uncorrelated, which they are after a layer without bias; `generic` where
 * two-dimensional averages are needed.
 */
export const IC_STEP = { centred: 300, generic: 15_000 } as const;

/** A row of /v1/kernel with errors=yes: a second rule takes the two-dimensional averages anew. */
export const KERNEL_ERRORS = 10_000;

/** A layer of a trajectory, besides its averages. */
export const LAYER = 2;

/** The tables that planes of an activation come from, for those that have them; a point of such a plane. */
export const PLANE_TABLES: Partial<Record<string, number>> = {
  tanh: 10_000,
  erf: 10_000,
  scaled_erf: 10_000,
  hard_tanh: 20_000,
};
export const PLANE_POINT = 2;

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
  if (m >= 0.3) return { first: 220 * panels, again: 20 };
  if (m >= 0.1) return { first: 550 * panels, again: 45 };
  if (series) return { first: 300, again: 10 };
  if (m >= 0.03) return { first: 2700 * panels, again: 200 };
  const first = aligned(q, m) * panels;
  return { first, again: first };
};

const kinked = (q: number, m: number) => (q < 1e-3 ? 40_000 : m < 1e-3 || q < 1 ? 15_000 : 4000);
const smooth = (q: number) => (q <= 1000 ? 4000 : 20_000);

const PAIRS = {
  closed: () => ({ first: 1, again: 0.5 }),
  table: () => ({ first: 30, again: 10 }),
  piecewise: (q: number, m: number) => (q <= 100 ? { first: 40, again: 12 } : numeric(q, m, kinked)),
  smooth: (q: number, m: number) => numeric(q, m, smooth, q <= 3),
  kinked: (q: number, m: number) => numeric(q, m, kinked),
  shifted: (q: number, m: number) => {
    const { first, again } = numeric(q, m, kinked);
    return { first: Math.max(10 * first, 3000), again: Math.max(again, 120) };
  },
} satisfies Record<string, (q: number, m: number) => PairPrice>;

/**
 * What two-input averages cost, in microseconds.
 *
 * @param kind of the activation, from its {@link Price}
 * @param q variance of what φ sees
 * @param m 1 − |c|
 * @example pairPrice('table', 1, 0.5) // { first: 30, again: 10 }
 */
export const pairPrice = (kind: keyof typeof PAIRS, q: number, m: number): PairPrice => PAIRS[kind](q, m);
