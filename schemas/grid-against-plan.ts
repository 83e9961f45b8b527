import type * as z from 'zod';
import type { MeasuredRow } from './grid-row-rules.ts';
import { rowFaults } from './grid-row-rules.ts';
import { AXIS_NAMES, type AxisName, fixedValue, type Plan, ROW_AXES } from './plan.ts';

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

/**
 * Adds an issue for everything in a grid that does not fit its plan: id, data, back end, cells, seeds and the numbers of each row.
 *
 * @param grid to be checked
 * @param context of zod's superRefine, which takes the issues
 * @example z.object({ id, meta, rows }).superRefine(checkAgainstPlan)
 */
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
