import * as z from 'zod';
import { RANGES } from './network.ts';

/**
 * A number within a range, ends included.
 *
 * @example within(RANGES.keep).parse(0.9)
 */
export const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/** What can vary over a grid, with the range of each. */
export const AXES = {
  depth: z.int().min(1).max(1000),
  sigma_w2: within(RANGES.sigma_w2),
  keep: within(RANGES.keep),
} as const;

/** The name of an axis of a grid. */
export type AxisName = keyof typeof AXES;

/** The names of the axes, in the order in which cells are listed. */
export const AXIS_NAMES = Object.keys(AXES) as AxisName[];
