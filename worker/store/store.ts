import type { GridEntry } from '../../figures/measured/entry.ts';
import type { GridSummary } from '../../schemas/grid.ts';
import type { Bindings } from '../environment.ts';
import { ShippedGrids } from './shipped.ts';

/** One version of a grid: its bytes exactly as they were uploaded, and their SHA-256. */
export type StoredGrid = { version: string; bytes: ArrayBuffer };

/**
 * Measured grids. R2 holds immutable versions, named by id and SHA-256; one D1 row a grid points at the current version
 * and is written last, in one statement, so that a torn upload is never visible. A stored grid wins over a shipped one.
 */
export class GridStore {
  readonly #bucket: R2Bucket;
  readonly #database: D1Database;
  readonly #shipped: ShippedGrids;

  /** @param bindings the Worker's bindings: R2, D1 and static assets */
  constructor(bindings: Bindings) {
    this.#bucket = bindings.GRIDS;
    this.#database = bindings.DB;
    this.#shipped = new ShippedGrids(bindings.ASSETS);
  }

  /** All grids, by id, without their columns. */
  async list(): Promise<GridSummary[]> {
    const stored = await this.#database
      .prepare("SELECT json_remove(summary, '$.columns') AS summary FROM grids")
      .all<{ summary: string }>();
    const byId = new Map((await this.#shipped.list()).map((summary) => [summary.id, summary]));
    for (const { summary } of stored.results) {
      const parsed: GridSummary = JSON.parse(summary);
      byId.set(parsed.id, parsed);
    }
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /**
   * The current version of a grid, or undefined.
   *
   * @param id a valid grid id
   * @throws where the store points at an object that it does not hold
   */
  async current(id: string): Promise<StoredGrid | undefined> {
    const version = await this.#currentVersion(id);
    if (version === undefined) return undefined;
    const bytes = await this.version(id, version);
    if (!bytes) throw new Error(`grid ${id}: the current version ${version} is missing`);
    return { version, bytes };
  }

  /**
   * The bytes of one version of a grid, or undefined.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   */
  async version(id: string, version: string): Promise<ArrayBuffer | undefined> {
    const object = await this.#bucket.get(key(id, version));
    return object ? object.arrayBuffer() : this.#shipped.bytes(id, version);
  }

  /**
   * Stores a version and makes it the current one.
   *
   * @param entry of the grid, with its version
   * @param bytes the uploaded bytes; entry.version is their SHA-256
   * @returns whether the version is new: publishing the same bytes again changes nothing
   */
  async publish(entry: GridEntry, bytes: ArrayBuffer): Promise<boolean> {
    const { id, version } = entry;
    const known = (await this.version(id, version)) !== undefined;
    // Conditional, so that an immutable object is never written twice; null where it was there already.
    const written = await this.#bucket.put(key(id, version), bytes, {
      sha256: version,
      onlyIf: { etagDoesNotMatch: '*' },
      httpMetadata: { contentType: 'application/json' },
    });
    try {
      await this.#database
        .prepare(
          'INSERT INTO grids (id, version, summary) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET version = ?2, summary = ?3',
        )
        .bind(id, version, JSON.stringify(entry))
        .run();
    } catch (error) {
      // Leave nothing behind, unless the statement took effect before it failed: a pointer must never dangle.
      if (written && (await this.#currentVersion(id)) !== version)
        await this.#bucket.delete(key(id, version));
      throw error;
    }
    return !known;
  }

  /**
   * Takes a grid off the list. Its versions stay where they are; a shipped grid of the same id comes back.
   *
   * @param id a valid grid id
   * @returns `withdrawn`; `shipped` where there is only one that ships with the software; `missing` where there is none
   */
  async withdraw(id: string): Promise<'withdrawn' | 'shipped' | 'missing'> {
    const { meta } = await this.#database.prepare('DELETE FROM grids WHERE id = ?').bind(id).run();
    if (meta.changes > 0) return 'withdrawn';
    return (await this.#shipped.list()).some((summary) => summary.id === id) ? 'shipped' : 'missing';
  }

  async #currentVersion(id: string): Promise<string | undefined> {
    const row = await this.#database
      .prepare('SELECT version FROM grids WHERE id = ?')
      .bind(id)
      .first<{ version: string }>();
    return row?.version ?? (await this.#shipped.list()).find((summary) => summary.id === id)?.version;
  }
}

const key = (id: string, version: string) => `grids/${id}/${version}.json`;
