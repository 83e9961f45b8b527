/** A schedule: how a mean drop probability is spread over the layers. */
export type Schedule = {
  readonly name: string;
  readonly description: string;
  readonly reference: string;
  /** drop probabilities of `depth` layers with this mean */
  readonly drops: (depth: number, mean: number) => number[];
};

const REFERENCE = 'Fernandez Sarmiento 2026, "Universality in dropout" (public code of the experiments)';

/** All of the budget in a block of layers, at an equal rate; never above 1. */
function block(depth: number, mean: number, share: number, late: boolean): number[] {
  const dropped = Math.max(1, Math.min(depth, Math.ceil(depth * share)));
  const rate = (mean * depth) / dropped;
  return Array.from({ length: depth }, (_, i) => ((late ? depth - 1 - i : i) < dropped ? rate : 0));
}

const ramp = (depth: number, mean: number) =>
  Array.from({ length: depth }, (_, i) => (depth === 1 ? mean : (2 * mean * i) / (depth - 1)));

/**
 * The named schedules. All spend the same budget: the mean over the layers is the given one.
 *
 * @example SCHEDULES.step_early.drops(4, 0.1) // [0.2, 0.2, 0, 0]
 */
export const SCHEDULES = {
  constant: {
    name: 'constant',
    description: 'the same drop probability in every layer',
    reference: REFERENCE,
    drops: (depth, mean) => Array.from({ length: depth }, () => mean),
  },
  linear_increasing: {
    name: 'linear_increasing',
    description: 'from 0 in the first layer to twice the mean in the last',
    reference: REFERENCE,
    drops: ramp,
  },
  linear_decreasing: {
    name: 'linear_decreasing',
    description: 'from twice the mean in the first layer to 0 in the last',
    reference: REFERENCE,
    drops: (depth, mean) => ramp(depth, mean).reverse(),
  },
  step_early: {
    name: 'step_early',
    description: 'twice the mean in the first half of the layers, none after',
    reference: REFERENCE,
    drops: (depth, mean) => block(depth, mean, 1 / 2, false),
  },
  step_late: {
    name: 'step_late',
    description: 'none in the first half of the layers, twice the mean after',
    reference: REFERENCE,
    drops: (depth, mean) => block(depth, mean, 1 / 2, true),
  },
  big_step_early: {
    name: 'big_step_early',
    description: 'three times the mean in the first third of the layers, none after',
    reference: REFERENCE,
    drops: (depth, mean) => block(depth, mean, 1 / 3, false),
  },
} as const satisfies Record<string, Schedule>;

/** The name of a schedule. */
export type ScheduleName = keyof typeof SCHEDULES;
