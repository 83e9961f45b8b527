import { type MeasuredColumn, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import type { Grid, GridSummary } from '../../schemas/grid.ts';
import { settingsOf } from '../../schemas/grid-settings.ts';
import type { Bindings } from '../environment.ts';
import { GridStore } from '../store/store.ts';
import { type Candidate, candidatesIn, type Sought } from './candidates.ts';

/** A measured column, how far it is from what was asked, and what its networks were trained with. */
export type Nearest = Pick<Candidate, 'distance' | 'settings' | 'grid'> & { readonly column: MeasuredColumn };

/** No more grids than this are read for one network. */
const MOST = 8;

/** A setting that differs weighs more than any distance; a frontier that was not reached more than any setting. */
const WEIGHTS = { difference: 10, censored: 1000 } as const;

type Read = { readonly grid: Grid; readonly columns: readonly MeasuredColumn[] };

/** Measured columns; a grid is read from the store at most once a request, and only where its columns come into question. */
export class Measurements {
  readonly #store: GridStore;
  #summaries: Promise<GridSummary[]> | undefined;
  readonly #grids = new Map<string, Promise<Read | undefined>>();

  /** @param env the Worker's bindings */
  constructor(env: Bindings) {
    this.#store = new GridStore(env);
  }

  /**
   * The measured column nearest to a network, among grids of its activation and technique: first one with a frontier within what
   * was tried, then one with the settings sought, then the least distance, then the deepest frontier (of several learning rates).
   *
   * @param sought the network
   * @returns undefined where nothing like it was measured
   */
  async nearest(sought: Sought): Promise<Nearest | undefined> {
    this.#summaries ??= this.#store.list();
    const candidates: Candidate[] = [];
    for (const summary of await this.#summaries) {
      if (summary.activation !== sought.activation) continue;
      const plan = summary.settings ? undefined : (await this.#read(summary))?.grid.meta.plan;
      const settings = summary.settings ?? (plan && settingsOf(plan));
      if (settings) candidates.push(...candidatesIn(summary, settings, sought));
    }
    const order = ({ difference, distance }: Candidate) => WEIGHTS.difference * difference + distance;
    candidates.sort((a, b) => order(a) - order(b));
    let best: (Nearest & { readonly order: number }) | undefined;
    const seen = new Set<string>();
    for (const candidate of candidates) {
      // (what comes later is no nearer)
      if (best && order(candidate) > best.order) break;
      seen.add(candidate.grid.id);
      if (seen.size > MOST) break;
      const column = await this.#columnOf(candidate);
      if (!column) continue;
      const at = order(candidate) + (column.depth === null ? WEIGHTS.censored : 0);
      const deeper = at === best?.order && (column.depth ?? 0) > (best.column.depth ?? 0);
      if (!best || at < best.order || deeper) best = { ...candidate, column, order: at };
    }
    return best;
  }

  async #columnOf({ grid, axis, value }: Candidate): Promise<MeasuredColumn | undefined> {
    const columns = (await this.#read(grid))?.columns;
    return columns?.find((column) => column[axis as keyof MeasuredColumn] === value);
  }

  #read({ id, version }: GridSummary): Promise<Read | undefined> {
    const known = this.#grids.get(id);
    if (known) return known;
    const read = this.#store.version(id, version).then((bytes) => {
      if (!bytes) return undefined;
      const grid: Grid = JSON.parse(new TextDecoder().decode(bytes));
      return { grid, columns: measuredColumns(grid, trainedBy(grid.meta.plan)) };
    });
    this.#grids.set(id, read);
    return read;
  }
}
