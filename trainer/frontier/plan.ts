import { AXIS_NAMES, type Plan } from '../../schemas/plan.ts';
import { type SearchOptions, searchOptions } from '../../schemas/plan-options.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, planCells } from '../run/cells.ts';
import type { SearchPlan } from './column.ts';

/** What the id of a searched plan ends in, where the plan itself does not say that it searches. */
const SUFFIX = '-frontier';

/**
 * The plan of a search, from a plan of a whole plane or one that says how it searches. The first gets another id, because
 * its grid is another one.
 *
 * @param plan with depth as one axis
 * @param options of the search, instead of the plan's own
 * @throws Failure (exit status 2) for a plan without depths to try
 * @example searchPlan(plan, { interval: 1.2 }).id // 'mnist-tanh-keep-095-frontier'
 */
export function searchPlan(
  plan: Plan,
  options: { readonly [K in keyof SearchOptions]?: SearchOptions[K] | undefined } = {},
): SearchPlan {
  if (!plan.axes.depth)
    throw new Failure(
      `The plan "${plan.id}" has no axis depth: a frontier is searched along it. Make depth an axis, with the depths that may be tried.`,
      EXIT.usage,
    );
  const id = plan.search || plan.id.endsWith(SUFFIX) ? plan.id : `${plan.id}${SUFFIX}`;
  if (id.length > 63)
    throw new Failure(
      `The plan's id with "${SUFFIX}" would be too long: give it a shorter one, or a member "search".`,
      EXIT.usage,
    );
  const search = searchOptions.parse({ ...plan.search, ...defined(options) });
  return { ...plan, id, search };
}

/** Options that were not given must not hide the plan's. */
const defined = (options: object) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * The columns of a plan: its cells, those together that differ in depth and seed only.
 *
 * @param plan with depth as one axis
 * @returns in the order of the plan
 * @example columnsOf(plan).length // 7
 */
export function columnsOf(plan: Plan): { readonly value: number; readonly cells: readonly Cell[] }[] {
  const [axis] = AXIS_NAMES.filter((name) => name !== 'depth' && plan.axes[name]);
  const cells = planCells(plan);
  if (!axis) return [];
  return (plan.axes[axis] ?? []).map((value) => ({
    value,
    cells: cells.filter((cell) => cell[axis] === value),
  }));
}
