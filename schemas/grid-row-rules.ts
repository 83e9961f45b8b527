import type { Plan } from './plan.ts';

/** What the rules look at of a row. */
export type MeasuredRow = {
  readonly status: 'ok' | 'diverged';
  readonly steps: number;
  readonly train_accuracy: number | null;
  readonly train_accuracy_noisy: number | null;
  readonly test_accuracy: number | null;
  readonly loss: number | null;
  readonly first_step_25?: number | null | undefined;
  readonly first_step_50?: number | null | undefined;
};

type Rule = {
  /** the member that is wrong where the rule does not hold */
  readonly member: keyof MeasuredRow;
  readonly message: string;
  readonly holds: (row: MeasuredRow, plan: Plan) => boolean;
};

/** Whether an accuracy is a number of images over how many there were; rounding may cost some digits. */
const isShare = (accuracy: number | null, images: number) =>
  accuracy === null || Math.abs(accuracy * images - Math.round(accuracy * images)) < 1e-6;

/** What must hold between the numbers of a row, and between them and the plan. */
const RULES: readonly Rule[] = [
  {
    member: 'steps',
    message: 'More steps than the plan has.',
    holds: ({ steps }, { training }) => steps <= training.steps,
  },
  {
    member: 'steps',
    message: 'Fewer steps than the plan has, which lets none stop early.',
    holds: ({ steps, status }, { training }) =>
      status === 'diverged' || training.stop !== undefined || steps >= training.steps,
  },
  {
    member: 'train_accuracy',
    message: 'A cell with status ok has an accuracy.',
    holds: ({ status, train_accuracy }) => status === 'diverged' || train_accuracy !== null,
  },
  {
    member: 'loss',
    message: 'The loss is null where the network diverged, and only there.',
    holds: ({ status, loss }) => (status === 'diverged') === (loss === null),
  },
  ...(['train_accuracy', 'train_accuracy_noisy'] as const).map((member) => ({
    member,
    message: 'Not a share of the training images that the plan evaluates.',
    holds: (row: MeasuredRow, { evaluation }: Plan) => isShare(row[member], evaluation.train_images),
  })),
  {
    member: 'test_accuracy',
    message: 'Not a share of the test images that the plan evaluates.',
    holds: ({ test_accuracy }, { evaluation }) => isShare(test_accuracy, evaluation.test_images),
  },
  ...(['first_step_25', 'first_step_50'] as const).map((member) => ({
    member,
    message: 'A later step than the last one.',
    holds: (row: MeasuredRow) => (row[member] ?? 0) <= row.steps,
  })),
  {
    member: 'first_step_50',
    message: 'Half of the images were right before a quarter was.',
    holds: ({ first_step_25, first_step_50 }) =>
      first_step_50 == null || (first_step_25 ?? Number.POSITIVE_INFINITY) <= first_step_50,
  },
];

/**
 * What is wrong with the measured numbers of a row. Whether they were really measured cannot be seen; only training the
 * cell again tells.
 *
 * @param row of a grid
 * @param plan of the grid
 * @example rowFaults(row, plan).map(({ member, message }) => `${member}: ${message}`)
 */
export const rowFaults = (row: MeasuredRow, plan: Plan): readonly Rule[] =>
  RULES.filter(({ holds }) => !holds(row, plan));
