import { SCHEDULE_ENTRIES, type ScheduleName } from '../../catalogue/techniques.ts';

/** A schedule: how a mean drop probability is spread over the layers. */
export type Schedule = {
  readonly name: ScheduleName;
  /** drop probabilities of `depth` layers with this mean */
  readonly drops: (depth: number, mean: number) => number[];
};

/** All of the budget in a block of layers, at an equal rate; never above 1. */
function block(depth: number, mean: number, share: number, late: boolean): number[] {
  const dropped = Math.max(1, Math.min(depth, Math.ceil(depth * share)));
  const rate = (mean * depth) / dropped;
  return Array.from({ length: depth }, (_, i) => ((late ? depth - 1 - i : i) < dropped ? rate : 0));
}

const ramp = (depth: number, mean: number) =>
  Array.from({ length: depth }, (_, i) => (depth === 1 ? mean : (2 * mean * i) / (depth - 1)));

const DROPS: Readonly<Record<ScheduleName, Schedule['drops']>> = {
  constant: (depth, mean) => Array.from({ length: depth }, () => mean),
  linear_increasing: ramp,
  linear_decreasing: (depth, mean) => ramp(depth, mean).reverse(),
  step_early: (depth, mean) => block(depth, mean, 1 / 2, false),
  step_late: (depth, mean) => block(depth, mean, 1 / 2, true),
  big_step_early: (depth, mean) => block(depth, mean, 1 / 3, false),
};

/**
 * The named schedules. All spend the same budget: the mean over the layers is the given one.
 *
 * @example SCHEDULES.step_early.drops(4, 0.1) // [0.2, 0.2, 0, 0]
 */
export const SCHEDULES = Object.fromEntries(
  (Object.keys(SCHEDULE_ENTRIES) as ScheduleName[]).map((name) => [name, { name, drops: DROPS[name] }]),
) as Readonly<Record<ScheduleName, Schedule>>;
