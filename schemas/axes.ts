import * as z from 'zod';
import { type InitAlias, OWN_INITS, resolveInit, SQUARED_GAINS } from '../catalogue/inits.ts';
import { RANGES } from './network.ts';

/** A number within a range, ends included. */
export const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/** What can vary over a grid, with the range of each. */
export const AXES = {
  depth: z.int().min(1).max(1000),
  sigma_w2: within(RANGES.sigma_w2),
  keep: within(RANGES.keep),
  sigma_b2: within(RANGES.sigma_b2),
  width: z.int().min(1).max(4096),
  learning_rate: z.number().positive().max(100),
} as const;

/** The name of an axis of a grid. */
export type AxisName = keyof typeof AXES;

/** The names of the axes, in the order in which cells are listed. */
export const AXIS_NAMES = Object.keys(AXES) as AxisName[];

/** The axes whose value stands in every row of a grid, also where it is fixed. The others stand there only as axes. */
export const ROW_AXES = ['depth', 'sigma_w2', 'keep'] as const satisfies AxisName[];

/** The part of a plan in which an axis' fixed value stands. */
export const homeOf = (name: AxisName) => (name === 'learning_rate' ? 'training' : 'network');

/** What of a plan may fix the value of an axis. */
type Fixed = {
  readonly network: { readonly [K in Exclude<AxisName, 'learning_rate'>]?: number | undefined } & {
    readonly init: InitAlias;
  };
  readonly training: { readonly learning_rate?: number | undefined };
};

/** The value of an axis where the plan gives it. */
export function givenValue({ network, training }: Fixed, name: AxisName): number | undefined {
  return name === 'learning_rate' ? training.learning_rate : network[name];
}

/**
 * What an initialiser says of an axis that a plan leaves out: the square of a framework's gain (1 where it takes none), and
 * 0 for biases, which are the framework's then.
 */
export function valueOfInit(init: InitAlias, name: AxisName): number | undefined {
  const own = resolveInit(init);
  if ((OWN_INITS as readonly string[]).includes(own)) return undefined;
  if (name === 'sigma_w2') return SQUARED_GAINS[own] ?? 1;
  return name === 'sigma_b2' ? 0 : undefined;
}

/** The value of an axis where the plan fixes it, itself or by its initialiser; undefined where it varies, or the technique takes none. */
export function fixedValue(plan: Fixed, name: AxisName): number | undefined {
  return givenValue(plan, name) ?? valueOfInit(plan.network.init, name);
}

/** A point of a plan's axes, as the rows of its grid name it: {@link ROW_AXES}, and the other axes where they are axes. */
export type Point = Readonly<Record<(typeof ROW_AXES)[number], number>> &
  Readonly<Partial<Record<AxisName, number | undefined>>>;

/** The value of an axis at a point of a plan, whether it varies or is fixed. */
export function valueAt(plan: Fixed, point: Point, name: AxisName): number {
  const value = point[name] ?? fixedValue(plan, name);
  if (value === undefined) throw new Error(`the plan has no value of ${name}`);
  return value;
}
