import type * as z from 'zod';
import { isRowSet } from '../catalogue/training.ts';
import { AXIS_NAMES, type AxisName, fixedValue, type Plan, ROW_AXES } from './plan.ts';

/** What the rules look at of a row. */
export type MeasuredRow = {
  readonly status: 'ok' | 'diverged';
  readonly steps: number;
  readonly train_accuracy: number | null;
  readonly train_accuracy_noisy: number | null;
  readonly test_accuracy: number | null;
  readonly loss: number | null;
  readonly loss_mean?: number | null | undefined;
  readonly validation_loss?: number | null | undefined;
  readonly test_nll?: number | null | undefined;
  readonly average_nll?: number | null | undefined;
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
    holds: ({ status, train_accuracy }, { data }) =>
      status === 'diverged' || train_accuracy !== null || isRowSet(data.name),
  },
  ...(['train_accuracy', 'train_accuracy_noisy', 'test_accuracy'] as const).map((member) => ({
    member,
    message: 'A network of a regression has no accuracy.',
    holds: (row: MeasuredRow, { data }: Plan) => row[member] === null || !isRowSet(data.name),
  })),
  ...(['loss', 'loss_mean', 'validation_loss', 'test_nll', 'average_nll'] as const).map((member) => ({
    member,
    message: 'Below 0: only the density of a number, in a regression, can be above 1.',
    holds: (row: MeasuredRow, { data }: Plan) => (row[member] ?? 0) >= 0 || isRowSet(data.name),
  })),
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
 */
export const rowFaults = (row: MeasuredRow, plan: Plan): readonly Rule[] =>
  RULES.filter(({ holds }) => !holds(row, plan));

/** What is checked of a grid. */
type GridOfPlan = {
  readonly id: string;
  readonly meta: {
    readonly plan: Plan;
    readonly data: { readonly name: string };
    readonly backend?: string | undefined;
  };
  readonly rows: readonly (MeasuredRow & { readonly seed: number } & {
    readonly [Name in AxisName]?: number | undefined;
  })[];
};

const isRowAxis = (name: AxisName) => (ROW_AXES as readonly AxisName[]).includes(name);

/** Adds an issue for everything in a grid that does not fit its plan: id, data, back end, cells, seeds and the numbers of each row. */
export function checkAgainstPlan(grid: GridOfPlan, context: z.RefinementCtx): void {
  if (grid.id !== grid.meta.plan.id)
    context.addIssue({ code: 'custom', path: ['id'], message: 'The id differs from that of the plan.' });
  const { plan, data, backend } = grid.meta;
  if (data.name !== plan.data.name)
    context.addIssue({
      code: 'custom',
      path: ['meta', 'data', 'name'],
      message: `The plan trains on ${plan.data.name}.`,
    });
  if (backend && plan.backend !== 'auto' && backend !== plan.backend)
    context.addIssue({
      code: 'custom',
      path: ['meta', 'backend'],
      message: `The plan asks for ${plan.backend}.`,
    });
  const names = AXIS_NAMES.filter((name) => isRowAxis(name) || plan.axes[name]);
  const allowed = names.map((name) => new Set(plan.axes[name] ?? [fixedValue(plan, name) ?? 1]));
  const seeds = new Set(plan.seeds);
  const cells = allowed.reduce((product, values) => product * values.size, seeds.size);
  // a search trains some of the cells only
  if (plan.search ? grid.rows.length > cells : grid.rows.length !== cells)
    context.addIssue({
      code: 'custom',
      path: ['rows'],
      message: `The plan has ${cells} cells and seeds, the grid has ${grid.rows.length} rows.`,
    });
  const seen = new Set<string>();
  grid.rows.forEach((row, i) => {
    const wrong = names.filter((name, at) => !allowed[at]?.has(row[name] as number));
    for (const name of seeds.has(row.seed) ? wrong : [...wrong, 'seed'])
      context.addIssue({ code: 'custom', path: ['rows', i, name], message: 'Not a value of the plan.' });
    for (const name of AXIS_NAMES)
      if (row[name] !== undefined && !names.includes(name))
        context.addIssue({ code: 'custom', path: ['rows', i, name], message: 'No axis of the plan.' });
    const cell = [...names.map((name) => row[name]), row.seed].join();
    if (seen.has(cell))
      context.addIssue({ code: 'custom', path: ['rows', i], message: 'This cell stands twice.' });
    seen.add(cell);
    for (const { member, message } of rowFaults(row, plan))
      context.addIssue({ code: 'custom', path: ['rows', i, member], message });
  });
}
