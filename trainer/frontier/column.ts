import { trainedBy, trialsOf } from '../../figures/measured/columns.ts';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { SearchOptions } from '../../schemas/plan-options.ts';
import { type Frontier, measuredFrontier } from '../../theory/index.ts';
import { type Cell, cellCost, cellKey, cellOf } from '../run/cells.ts';
import { chooseDepths } from './choose.ts';

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

  /**
   * @param plan the plan
   * @param cells all cells of the column
   */
  constructor(plan: SearchPlan, cells: readonly Cell[]) {
    this.#plan = plan;
    const depths = [...new Set(cells.map(({ depth }) => depth))].sort((a, b) => a - b);
    this.#cells = new Map(depths.map((depth) => [depth, cells.filter((cell) => cell.depth === depth)]));
    this.#next();
  }

  /** The cells of this round that are not trained yet; none when the search is over. */
  get wanted(): Cell[] {
    return this.#round.filter((cell) => !this.#found.has(cellKey(cell)));
  }

  /** Whether the search is over. */
  get over(): boolean {
    return this.#round.length === 0;
  }

  /**
   * Takes a trained network; one that this round did not want is left aside.
   *
   * @returns whether a new round has begun, or the search is over
   */
  take(row: GridRow): boolean {
    this.#found.set(cellKey(row), row);
    return this.#advance();
  }

  /** Takes the networks that were trained before. */
  resume(rows: ReadonlyMap<string, GridRow>): void {
    do for (const cell of this.wanted) this.#keep(rows.get(cellKey(cell)));
    while (this.#advance());
  }

  /** L50 of what was trained, with its interval. */
  frontier(): Frontier | undefined {
    return this.rows.length === 0 ? undefined : measuredFrontier(this.#trials());
  }

  #keep(row: GridRow | undefined): void {
    if (row) this.#found.set(cellKey(row), row);
  }

  #advance(): boolean {
    if (this.over || this.wanted.length > 0) return false;
    this.rows.push(...this.#round.map((cell) => this.#found.get(cellKey(cell)) as GridRow));
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
        cost: (depth) => cellCost(this.#plan, { ...cellOf(first), depth }),
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
