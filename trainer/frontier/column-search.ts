import { isRowSet } from '../../catalogue/training.ts';
import { trainedBy, trialsOf } from '../../figures/measured/columns.ts';
import type { GridRow } from '../../schemas/grid.ts';
import { AXIS_NAMES, type Plan } from '../../schemas/plan.ts';
import { type SearchOptions, searchOptions } from '../../schemas/plan-options.ts';
import { type Frontier, measuredFrontier } from '../../theory/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, estimateCost, listCells, pickCell, toCellKey } from '../run/cells.ts';
import { chooseDepths } from './choose.ts';

/** What the id of a searched plan ends in, where the plan itself does not say that it searches. */
const SUFFIX = '-frontier';

/**
 * The plan of a search, from a plan of a whole plane or one that says how it searches. The first gets another id, because
 * its grid is another one.
 * @example toSearchPlan(plan, { interval: 1.2 }).id // 'mnist-tanh-keep-095-frontier'
 */
export function toSearchPlan(
  plan: Plan,
  options: { readonly [K in keyof SearchOptions]?: SearchOptions[K] | undefined } = {},
): SearchPlan {
  if (isRowSet(plan.data.name))
    throw new Failure(
      `The plan "${plan.id}" is a regression, on ${plan.data.name}: its networks have no accuracy, so there is no frontier to search.`,
      EXIT.usage,
    );
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
  const search = searchOptions.parse({ ...plan.search, ...dropUndefined(options) });
  return { ...plan, id, search };
}

/** Options that were not given must not hide the plan's. */
const dropUndefined = (options: object) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * The columns of a plan: its cells, those together that differ in depth and seed only.
 * @example groupColumns(plan).length // 7
 */
export function groupColumns(plan: Plan): { readonly value: number; readonly cells: readonly Cell[] }[] {
  const [axis] = AXIS_NAMES.filter((name) => name !== 'depth' && plan.axes[name]);
  const cells = listCells(plan);
  if (!axis) return [];
  return (plan.axes[axis] ?? []).map((value) => ({
    value,
    cells: cells.filter((cell) => cell[axis] === value),
  }));
}

/** A plan that says how it searches. */
export type SearchPlan = Plan & { readonly search: SearchOptions };

/**
 * The search of one column: which networks are wanted next, from the rows of those that are trained. What it wants depends
 * on these rows alone, so that an interrupted search goes on as if it had not been, and one with more workers trains the
 * same networks.
 */
export class ColumnSearch {
  /** The rows of the column's finished rounds, in the order of the rounds. */
  readonly rows: GridRow[] = [];
  readonly #plan: SearchPlan;
  readonly #cells: ReadonlyMap<number, readonly Cell[]>;
  #round: readonly Cell[] = [];
  #found = new Map<string, GridRow>();

  constructor(plan: SearchPlan, cells: readonly Cell[]) {
    this.#plan = plan;
    const depths = [...new Set(cells.map(({ depth }) => depth))].sort((a, b) => a - b);
    this.#cells = new Map(depths.map((depth) => [depth, cells.filter((cell) => cell.depth === depth)]));
    this.#next();
  }

  /** The cells of this round that are not trained yet; none when the search is over. */
  get wanted(): Cell[] {
    return this.#round.filter((cell) => !this.#found.has(toCellKey(cell)));
  }

  /** Whether the search is over. */
  get over(): boolean {
    return this.#round.length === 0;
  }

  /** Takes a trained network; one that this round did not want is left aside. */
  take(row: GridRow): boolean {
    this.#found.set(toCellKey(row), row);
    return this.#advance();
  }

  /** Takes the networks that were trained before. */
  resume(rows: ReadonlyMap<string, GridRow>): void {
    do for (const cell of this.wanted) this.#keep(rows.get(toCellKey(cell)));
    while (this.#advance());
  }

  /** L50 of what was trained, with its interval. */
  frontier(): Frontier | undefined {
    return this.rows.length === 0 ? undefined : measuredFrontier(this.#trials());
  }

  #keep(row: GridRow | undefined): void {
    if (row) this.#found.set(toCellKey(row), row);
  }

  #advance(): boolean {
    if (this.over || this.wanted.length > 0) return false;
    this.rows.push(...this.#round.map((cell) => this.#found.get(toCellKey(cell)) as GridRow));
    this.#next();
    return true;
  }

  #trials() {
    return trialsOf(this.rows, trainedBy(this.#plan));
  }

  #next(): void {
    const [first] = [...this.#cells.values()].flat();
    if (!first) return;
    const depths = chooseDepths(
      {
        depths: [...this.#cells.keys()],
        seeds: this.#plan.seeds.length,
        cost: (depth) => estimateCost(this.#plan, { ...pickCell(first), depth }),
      },
      this.#trials(),
      this.#plan.search,
    );
    const used = new Map<number, number>();
    for (const { depth } of this.rows) used.set(depth, (used.get(depth) ?? 0) + 1);
    this.#round = depths.map((depth) => {
      const at = used.get(depth) ?? 0;
      used.set(depth, at + 1);
      return this.#cells.get(depth)?.[at] as Cell;
    });
    this.#found = new Map();
  }
}
