import type { GridSummary } from '../../schemas/grid.ts';
import { sha256 } from '../caching.ts';
import { PartDown } from '../parts.ts';
import { ShippedGrids } from './shipped.ts';
import { GridStore, type StoreBindings, type StoredGrid } from './store.ts';

/**
 * Reads of the grid store that go on without a part of it. The store itself says what is current, or fails; where it fails these
 * answer with what ships, which may have been replaced: the header `Degraded` says so.
 */
export class GridReads {
  readonly #store: GridStore;
  readonly #shipped: ShippedGrids;

  /** @param bindings the Worker's bindings: R2, D1 and static assets */
  constructor(bindings: StoreBindings) {
    this.#store = new GridStore(bindings);
    this.#shipped = new ShippedGrids(bindings.ASSETS);
  }

  /** All grids, by id, without their columns; without the store those that ship. */
  async list(): Promise<GridSummary[]> {
    return (
      (await orShipped(
        () => this.#store.list(),
        () => this.#shipped.list(),
      )) ?? []
    );
  }

  /**
   * The current version of a grid, or undefined; without the store the one that ships.
   *
   * @param id a valid grid id
   * @throws PartDown where none ships
   */
  current(id: string): Promise<StoredGrid | undefined> {
    return orShipped(
      () => this.#store.current(id),
      async () => {
        const version = await this.#shipped.version(id);
        const bytes = version === undefined ? undefined : await this.#readShipped(id, version);
        return version !== undefined && bytes ? { version, bytes } : undefined;
      },
    );
  }

  /**
   * The bytes of one version of a grid, or undefined; without the store those that ship.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   * @throws PartDown where they do not ship
   */
  version(id: string, version: string): Promise<ArrayBuffer | undefined> {
    return orShipped(
      () => this.#store.version(id, version),
      () => this.#readShipped(id, version),
    );
  }

  async #readShipped(id: string, version: string): Promise<ArrayBuffer | undefined> {
    const bytes = await this.#shipped.bytes(id, version);
    return bytes && (await sha256(bytes)) === version ? bytes : undefined;
  }
}

/** What the store answers; where a part of it is down what ships; where nothing does, or that cannot be read either, the failure. */
async function orShipped<Answer>(
  stored: () => Promise<Answer | undefined>,
  shipped: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  try {
    return await stored();
  } catch (error) {
    const answer = error instanceof PartDown ? await shipped().catch(() => undefined) : undefined;
    if (answer === undefined) throw error;
    return answer;
  }
}
