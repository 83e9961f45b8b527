import { RATE_SCHEDULE_ENTRIES, type RateScheduleName } from '../../catalogue/training.ts';

/** How the learning rate goes over the steps of a plan. */
export type ScheduleOptions = {
  readonly name: RateScheduleName;
  /** Steps over which the rate rises from 0 to the plan's; none by default. */
  readonly warmup_steps?: number | undefined;
  /** Share of the rate that is left at the end; 0 by default. */
  readonly end?: number | undefined;
  /** The exponent of poly; 2 by default. */
  readonly power?: number | undefined;
};

/** Each schedule: the factor of what lies above the end, from 1 to 0, as a function of the share of the steps done. */
export const SCHEDULES: Readonly<
  Record<RateScheduleName, (share: number, options: ScheduleOptions) => number>
> = {
  constant: () => 1,
  cosine: (share) => (1 + Math.cos(Math.PI * share)) / 2,
  poly: (share, { power = RATE_SCHEDULE_ENTRIES.poly.parameters.power }) => (1 - share) ** power,
};

/**
 * The learning rate of a step.
 *
 * @param options the rate, the steps of the plan, and the schedule
 * @param step counted from 0
 * @example learningRate({ learning_rate: 0.1, steps: 100, schedule: { name: 'cosine' } }, 50) // 0.05
 */
export function learningRate(
  options: { learning_rate: number; steps?: number; schedule?: ScheduleOptions | undefined },
  step: number,
): number {
  const { learning_rate, steps = 1, schedule } = options;
  if (!schedule) return learning_rate;
  const { warmup_steps = 0, end = 0 } = schedule;
  if (step < warmup_steps) return (learning_rate * (step + 1)) / warmup_steps;
  const share = (step - warmup_steps) / Math.max(1, steps - warmup_steps);
  return learning_rate * (end + (1 - end) * SCHEDULES[schedule.name](Math.min(share, 1), schedule));
}

/** The unit of learning rates. */
const UNIT = 0.001;

/**
 * A learning rate in float32 as a multiple of a float32 thousandth. The optimisers of ONNX Runtime's training backend
 * are fed in that unit, and so were the first grids: this keeps their numbers to the last digit.
 *
 * @example inThousandths(0.03) // 0.03000000119…
 */
export function inThousandths(rate: number): number {
  return Math.fround(Math.fround(UNIT) * Math.fround(rate / UNIT));
}
