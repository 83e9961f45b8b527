import type { ACTIVATIONS } from '../schemas/names.ts';
import type { PairKind } from './pair-prices.ts';

/** What averages of an activation cost, in microseconds of one core. */
export type Price = {
  /** one row of depth scales: its fixed points and slopes, where its averages are tabulated */
  readonly row: number;
  /** the same elsewhere: averages of two inputs cost little only while noise keeps them apart */
  readonly beyond: Noisy;
  /** the same where the Gaussian is wide (sigma_w2 over 10 keep, or sigma_b2 over 10) */
  readonly wide: number;
  /** averages of one input at one q, outside the tables */
  readonly moments: number;
  /** what decides the price of averages of two inputs outside the tables: see pair-prices.ts */
  readonly pair: PairKind;
  /** the tables, of an activation that has some */
  readonly tables?: Tables;
};

/** A price where at least the part {@link APART} of the second moment is noise of each input's own, and where less is. */
export type Noisy = { readonly apart: number; readonly near: number };
export const APART = 0.03;

/** Tables of averages, one for each decade of q that is met, made when it is first met in a process. */
export type Tables = {
  /** those of two inputs reach from q = 0.01 up to this */
  readonly reach: number;
  /** the time that one of them takes to make */
  readonly decade: number;
  /** the least m = 1 − |c| that they hold */
  readonly least: number;
};

const SMOOTH = {
  row: 60,
  beyond: { apart: 2500, near: 6000 },
  wide: 60_000,
  moments: 60,
  pair: 'smooth',
} as const;
const KINKED = {
  row: 60,
  beyond: { apart: 3000, near: 25_000 },
  wide: 120_000,
  moments: 60,
  pair: 'kinked',
} as const;
const LOGISTIC = {
  row: 50,
  beyond: { apart: 100, near: 100 },
  wide: 100,
  moments: 3,
  pair: 'mixture',
} as const;
const PIECEWISE = {
  row: 50,
  beyond: { apart: 350, near: 350 },
  wide: 60_000,
  moments: 12,
  pair: 'piecewise',
} as const;

const tables = (reach: number, decade: number, least = 0): { tables: Tables } => ({
  tables: { reach, decade, least },
});

/**
 * The prices of the activations whose averages are no closed forms: the one place where the Worker knows how fast the
 * theory is. They are upper ends of what `npm run bench` and `npm run fuzz` measure, on purpose no clock: the same address must
 * have the same answer on a slow machine, and clocks stand still while a Worker computes.
 */
const PRICES: Partial<Record<(typeof ACTIVATIONS)[number], Price>> = {
  tanh: { ...LOGISTIC, ...tables(100, 15_000) },
  sigmoid: { ...LOGISTIC, ...tables(100, 15_000) },
  hard_tanh: { ...PIECEWISE, ...tables(10, 15_000) },
  relu6: { ...PIECEWISE, ...tables(100, 12_000) },
  softplus: { ...SMOOTH, beyond: { apart: 4000, near: 10_000 }, wide: 100_000, ...tables(10, 12_000) },
  silu: { ...SMOOTH, ...tables(10, 12_000) },
  quick_gelu: { ...SMOOTH, ...tables(10, 12_000) },
  mish: { ...SMOOTH, ...tables(10, 12_000) },
  gelu_tanh: { ...SMOOTH, ...tables(10, 12_000) },
  softsign: { ...KINKED, ...tables(10, 60_000, APART) },
  elu: { ...KINKED, ...tables(100, 10_000) },
  selu: { ...KINKED, ...tables(100, 10_000) },
  hard_swish: { ...KINKED, ...tables(100, 15_000) },
};

/** An affine map around an activation costs its averages of two inputs so many times as much. */
export const WRAPPED = 1.5;

/** Of the activations with closed forms. */
export const CLOSED_FORM: Price = {
  row: 20,
  beyond: { apart: 20, near: 20 },
  wide: 20,
  moments: 1.5,
  pair: 'closed',
};

/**
 * The price of an activation without a shift.
 *
 * @example priceOf('relu') // CLOSED_FORM
 */
export const priceOf = (activation: string): Price =>
  (PRICES as Partial<Record<string, Price>>)[activation] ?? CLOSED_FORM;

/** What an average costs that comes from a table: of one input, and of two. */
export const TABULATED = { moments: 1, first: 3, again: 1 } as const;

/** A table of the averages of one input over a decade of q. */
export const MOMENT_TABLE = 1500;

/** Tables of so many decades of two inputs there are at most that usual networks meet. */
export const DECADES = 3;

/**
 * An input shift costs an activation its tables. Those that are piecewise linear, or sin, have closed forms with a shift too. Of
 * others a shift by more than `beyond` hides what bends in φ under the tail of the Gaussian, for averages of two inputs already
 * one by more than `pairs_beyond`; one by more than `refused` may take half a second. `made`: to make the shifted activation.
 */
export const SHIFTED = {
  made: 50,
  closed: 3000,
  numeric: { apart: 15_000, near: 80_000 },
  wide: 80_000,
  moments: 60,
} as const;
export const FAR_SHIFTED = { beyond: 5, refused: 12, pairs_beyond: 2, row: 120_000, moments: 100 } as const;

/** The activations that have closed forms with a shift. */
export const SHIFTS_CLOSED: readonly string[] = [
  'linear',
  'relu',
  'leaky_relu',
  'abs',
  'sin',
  'cos',
  'hard_tanh',
  'relu6',
];

/** One row of IC layers without bias. */
const IC_ROW = 3000;

/**
 * A row of IC layers, whose maps average over what the inputs of a batch share: the more of it, the more nodes.
 *
 * @param common the part of the variance that they share, from the biases
 * @param closed whether φ has closed forms with a shift
 * @example icPrice(0, true) // 3000
 */
export function icPrice(common: number, closed: boolean): number {
  if (common === 0) return IC_ROW;
  const nodes = 40 + 105 * Math.sqrt(common / (1 - common));
  return IC_ROW + nodes * (closed ? 100 : 300);
}

/** A row of /v1/kernel, besides its averages; with errors=yes a second rule takes the two-dimensional averages anew. */
export const KERNEL = { row: 20, errors: 10_000 } as const;

/** A layer of a trajectory, besides its averages. */
export const LAYER = 2;

/**
 * Averages of two inputs that have different variances: closed; of tanh by its mixture; or in two dimensions, where the first ones may
 * lie far apart and the panels grow with the logarithm of the variance in either.
 */
const UNEQUAL = { closed: 5, mixture: 200, numeric: 4000, far: 30_000 } as const;
const UNEQUAL_CLOSED: readonly string[] = 'linear relu leaky_relu abs erf scaled_erf gelu sin cos'.split(' ');
const UNEQUAL_MIXTURE: readonly string[] = ['tanh', 'sigmoid'];

/**
 * The price of the averages of two inputs of different variances, in so many layers.
 *
 * @param activation its name
 * @param shifted whether its input is shifted, which only sin and cos have closed forms for
 * @param layers how many
 * @param q the largest variance that φ sees
 * @example unequalPrice('relu', false, 10, 1) // 50
 */
export function unequalPrice(activation: string, shifted: boolean, layers: number, q: number): number {
  const waves = activation === 'sin' || activation === 'cos';
  if (!shifted || waves) {
    if (UNEQUAL_CLOSED.includes(activation)) return layers * UNEQUAL.closed;
    if (UNEQUAL_MIXTURE.includes(activation)) return layers * UNEQUAL.mixture;
  }
  const panels = (1 + Math.max(Math.log10(q) - 3, 0) / 4) ** 2;
  return panels * (UNEQUAL.far + layers * UNEQUAL.numeric);
}

/** The tables that planes of an activation come from, for those that have them; a point of such a plane. */
export const PLANE_TABLES: Partial<Record<string, number>> = {
  tanh: 10_000,
  erf: 10_000,
  scaled_erf: 10_000,
  hard_tanh: 20_000,
};
export const PLANE_POINT = 2;
