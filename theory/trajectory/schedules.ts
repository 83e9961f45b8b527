import {
  resolveSchedule,
  SCHEDULE_ENTRIES,
  SCHEDULE_NAMES,
  type ScheduleAlias,
  type ScheduleName,
} from '../../catalogue/techniques.ts';
import { ParameterError } from '../parameter-error.ts';

/** A schedule: how a mean drop probability is spread over the layers. */
export type Schedule = {
  readonly name: ScheduleName;
  /** drop probabilities of `depth` layers with this mean */
  readonly drops: (depth: number, mean: number) => number[];
};

/** All of the budget in a block of layers, at an equal rate; never above 1. */
function fillBlock(depth: number, mean: number, share: number, late: boolean): number[] {
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
  step_early: (depth, mean) => fillBlock(depth, mean, 1 / 2, false),
  step_late: (depth, mean) => fillBlock(depth, mean, 1 / 2, true),
  big_step_early: (depth, mean) => fillBlock(depth, mean, 1 / 3, false),
};

/**
 * The named schedules. All spend the same budget: the mean over the layers is the given one.
 *
 * @example SCHEDULES.step_early.drops(4, 0.1) // [0.2, 0.2, 0, 0]
 */
export const SCHEDULES = Object.fromEntries(
  (Object.keys(SCHEDULE_ENTRIES) as ScheduleName[]).map((name) => [name, { name, drops: DROPS[name] }]),
) as Readonly<Record<ScheduleName, Schedule>>;

/**
 * The keep of each layer for a named schedule under a fixed budget: the mean drop probability is `mean_drop` whatever
 * the name. (Equal budgets of drop are equal budgets of the field h only for weak noise, where h = a · drop.)
 *
 * @param name of the schedule
 * @param depth number of layers with dropout, a whole number above 0
 * @param mean_drop mean drop probability, in [0, 1)
 * @returns one keep a layer
 * @throws ParameterError for an unknown name, a depth or budget out of range, or where a layer would have to drop everything
 * @see Fernandez Sarmiento 2026, section 5 (schedules) and its public code
 * @example scheduleKeeps('front_loaded', 4, 0.1) // [0.8, 0.8, 1, 1]
 */
export function scheduleKeeps(name: ScheduleAlias, depth: number, mean_drop: number): number[] {
  const own = resolveSchedule(name);
  if (!Object.hasOwn(SCHEDULES, own))
    throw new ParameterError(
      'schedule',
      'unknown_name',
      `Unknown schedule "${name}". Known: ${SCHEDULE_NAMES.join(', ')}.`,
    );
  checkBudget(depth, mean_drop);
  const drops = SCHEDULES[own].drops(depth, mean_drop);
  if (Math.max(...drops) >= 1)
    throw new ParameterError(
      'schedule',
      'drops_whole_layer',
      `With a mean drop of ${mean_drop} the schedule "${name}" would drop a whole layer.`,
    );
  return drops.map((drop) => 1 - drop);
}

/** A depth that is a whole number above 0, and a mean drop or field in [0, 1). */
export function checkBudget(depth: number, mean: number): void {
  if (!(Number.isInteger(depth) && depth > 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number above 0.', { min: 1 });
  if (!(mean >= 0 && mean < 1))
    throw new ParameterError('mean', 'out_of_range', 'The mean must lie between 0 and 1.', {
      min: 0,
      max: 1,
    });
}
