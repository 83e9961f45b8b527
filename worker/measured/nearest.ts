import { type MeasuredColumn, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import type { Grid, GridSummary } from '../../schemas/grid.ts';
import type { Bindings } from '../environment.ts';
import { GridStore } from '../store/store.ts';

/** A network that measurements are looked up for. */
export type Sought = {
  readonly activation: string;
  readonly technique: string;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly keep: number;
  readonly data?: string | undefined;
};

/** A measured column, and how far it is from what was asked. */
export type Nearest = {
  readonly column: MeasuredColumn;
  readonly distance: number;
  readonly grid: GridSummary;
};

/** No more grids than this are read for one answer. */
const MOST = 20;

/**
 * A distance between networks of one activation and technique: Euclidean over ln sigma_w2, √sigma_b2 and ln(drop + 0.01).
 * That is a choice: a factor in the weight variance counts as a factor in the drop probability.
 *
 * @example distanceBetween({ sigma_w2: 1, sigma_b2: 0, keep: 1 }, { sigma_w2: Math.E, sigma_b2: 0, keep: 1 }) // 1
 */
export function distanceBetween(
  a: Pick<Sought, 'sigma_w2' | 'sigma_b2' | 'keep'>,
  b: Pick<Sought, 'sigma_w2' | 'sigma_b2' | 'keep'>,
): number {
  const place = ({ sigma_w2, sigma_b2, keep }: typeof a) => [
    Math.log(Math.max(sigma_w2, 1e-6)),
    Math.sqrt(sigma_b2),
    Math.log(1.01 - keep),
  ];
  const [from, to] = [place(a), place(b)];
  return Math.hypot(...from.map((x, i) => x - (to[i] as number)));
}

/** Measured columns, read from the store at most once a request. */
export class Measurements {
  readonly #store: GridStore;
  #summaries: Promise<GridSummary[]> | undefined;
  readonly #columns = new Map<string, Promise<MeasuredColumn[]>>();

  /** @param env the Worker's bindings */
  constructor(env: Bindings) {
    this.#store = new GridStore(env);
  }

  /**
   * The measured column nearest to a network, among grids of its activation and technique; one with a frontier within what
   * was tried comes before a censored one.
   *
   * @param sought the network
   * @returns undefined where nothing like it was measured
   */
  async nearest(sought: Sought): Promise<Nearest | undefined> {
    this.#summaries ??= this.#store.list();
    const technique = sought.keep === 1 ? ['none', 'bernoulli', sought.technique] : [sought.technique];
    const grids = (await this.#summaries)
      .filter(
        ({ activation, technique: own, data }) =>
          activation === sought.activation &&
          technique.includes(own) &&
          (sought.data === undefined || data === sought.data),
      )
      .slice(0, MOST);
    const found: Nearest[] = [];
    for (const grid of grids)
      for (const column of await this.#of(grid))
        found.push({ column, grid, distance: distanceBetween(sought, column) });
    const order = ({ column, distance }: Nearest) => distance + (column.depth === null ? 100 : 0);
    return found.sort((a, b) => order(a) - order(b))[0];
  }

  #of({ id, version }: GridSummary): Promise<MeasuredColumn[]> {
    const known = this.#columns.get(id);
    if (known) return known;
    const columns = this.#store.version(id, version).then((bytes) => {
      if (!bytes) return [];
      const grid: Grid = JSON.parse(new TextDecoder().decode(bytes));
      return measuredColumns(grid, trainedBy(grid.meta.plan));
    });
    this.#columns.set(id, columns);
    return columns;
  }
}
