import { ask } from './ask.ts';

/** What is done to a grid. */
export type Action = 'published' | 'restored' | 'withdrawn';

/** One entry of the history of a grid. */
export type HistoryEntry = {
  readonly number: number;
  readonly action: Action;
  readonly version: string;
  /** ISO 8601; null where it was before there was a history, as the number of bytes is */
  readonly at: string | null;
  readonly bytes: number | null;
};

/** An entry to add. */
export type NewEntry = HistoryEntry & {
  readonly id: string;
  /** the key of the bytes in R2 */
  readonly object: string;
  /** JSON: what the list of grids shows; null where the grid is withdrawn */
  readonly summary: string | null;
};

/** The last entry of a grid, as far as a write has to know it. */
export type LastEntry = Pick<HistoryEntry, 'number' | 'action' | 'version' | 'bytes'> & {
  readonly object: string;
  /** the key in R2 of the bytes of the version that is asked about; null where the history does not have it */
  readonly known: string | null;
};

/** An entry, and which one was the last at the same moment. */
export type ListedEntry = HistoryEntry & { readonly last_number: number; readonly last_action: Action };

/** What was found of an entry; 1 is true. */
export type CheckedEntry = {
  readonly place: number;
  readonly id: string;
  readonly number: number;
  readonly follows: number;
  readonly fits: number;
};

/** A version, the key of its bytes in R2, and whether it is current; 1 is true. */
export type KnownVersion = {
  readonly id: string;
  readonly version: string;
  readonly object: string;
  readonly current: number;
};

/** The append-only history of the grids in D1 (worker/migrations/0002_history.sql). */
export class History {
  readonly #database: D1Database;

  /** @param database the binding of D1 */
  constructor(database: D1Database) {
    this.#database = database;
  }

  /**
   * Adds an entry, unless another request added one of that number first, and lets the pointer to the current version follow.
   *
   * @param entry whose number is one more than that of the last one
   * @param beside statements that take effect with it, or not at all
   * @returns whether it was added
   * @throws PartDown where that cannot be said
   */
  async append(entry: NewEntry, beside: readonly D1PreparedStatement[] = []): Promise<boolean> {
    const { id, number, version, action, at, bytes, object, summary } = entry;
    const attempt = crypto.randomUUID();
    const insert = this.#prepare(
      'INSERT INTO history (id, number, version, action, at, bytes, object, attempt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      [id, number, version, action, at, bytes, object, attempt],
    );
    const point =
      summary === null
        ? this.#prepare('DELETE FROM grids WHERE id = ?', [id])
        : this.#prepare(
            'INSERT INTO grids (id, version, summary) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET version = ?2, summary = ?3',
            [id, version, summary],
          );
    try {
      await ask('database', () => this.#database.batch([insert, point, ...beside]));
      return true;
    } catch (error) {
      const select = this.#prepare('SELECT attempt FROM history WHERE id = ? AND number = ?', [id, number]);
      const row = await ask('database', () => select.first<{ attempt: string | null }>());
      if (!row) throw error;
      return row.attempt === attempt;
    }
  }

  /**
   * The last entry of a grid, if there is any, and what is known of a version at the same moment.
   *
   * @param id of the grid
   * @param version that is asked about; none if left out
   */
  last(id: string, version: string | null = null): Promise<LastEntry | null> {
    const sql = `SELECT number, action, version, bytes, object,
        (SELECT object FROM history WHERE id = ?1 AND version = ?2 LIMIT 1) AS known
      FROM history WHERE id = ?1 ORDER BY number DESC LIMIT 1`;
    return ask('database', () => this.#prepare(sql, [id, version]).first<LastEntry>());
  }

  /** The key in R2 of the bytes of a version, if the history has it. */
  async objectOf(id: string, version: string): Promise<string | undefined> {
    const select = this.#prepare('SELECT object FROM history WHERE id = ? AND version = ? LIMIT 1', [
      id,
      version,
    ]);
    return (await ask('database', () => select.first<{ object: string }>()))?.object;
  }

  /**
   * The entries of a grid after one of them, in order.
   *
   * @param id of the grid
   * @param after the number of that one; 0 for all
   * @param limit of their count
   */
  async page(id: string, after: number, limit: number): Promise<ListedEntry[]> {
    const sql = `SELECT entry.number, entry.action, version, at, bytes,
        last.number AS last_number, last.action AS last_action
      FROM history AS entry,
        (SELECT number, action FROM history WHERE id = ?1 ORDER BY number DESC LIMIT 1) AS last
      WHERE id = ?1 AND entry.number > ?2 ORDER BY entry.number LIMIT ?3`;
    return (await ask('database', () => this.#prepare(sql, [id, after, limit]).all<ListedEntry>())).results;
  }

  /** What the list of grids shows of each current grid, as JSON, without its columns. */
  async summaries(): Promise<string[]> {
    const select = this.#prepare("SELECT json_remove(summary, '$.columns') AS summary FROM grids", []);
    return (await ask('database', () => select.all<{ summary: string }>())).results.map((row) => row.summary);
  }

  /** Those of some keys in R2 that the history refers to. */
  async referenced(objects: readonly string[]): Promise<Set<string>> {
    const sql = 'SELECT DISTINCT object FROM history WHERE object IN (SELECT value FROM json_each(?))';
    const select = this.#prepare(sql, [JSON.stringify(objects)]);
    const { results } = await ask('database', () => select.all<{ object: string }>());
    return new Set(results.map(({ object }) => object));
  }

  /**
   * A page of all entries: whether each follows the one before it, and whether the pointer to the current version fits the last
   * one of a grid.
   *
   * @param after where the page begins; 0 for the first
   * @param limit of their count
   */
  async entries(after: number, limit: number): Promise<CheckedEntry[]> {
    const sql = `SELECT rowid AS place, id, number,
        (number = 1 OR EXISTS (SELECT 1 FROM history WHERE id = entry.id AND number = entry.number - 1)) AS follows,
        (number < (SELECT MAX(number) FROM history WHERE id = entry.id)
          OR IIF(action = 'withdrawn', NULL, version) IS (SELECT version FROM grids WHERE id = entry.id)) AS fits
      FROM history AS entry WHERE rowid > ? ORDER BY rowid LIMIT ?`;
    return (await ask('database', () => this.#prepare(sql, [after, limit]).all<CheckedEntry>())).results;
  }

  /**
   * A page of all versions, by grid and SHA-256.
   *
   * @param after the grid and version before the first; empty for the first page
   * @param limit of their count
   */
  async allVersions(after: { id: string; version: string }, limit: number): Promise<KnownVersion[]> {
    const sql = `SELECT id, version, object,
        EXISTS (SELECT 1 FROM grids WHERE grids.id = history.id AND grids.version = history.version) AS current
      FROM history WHERE (id, version) > (?, ?) GROUP BY id, version ORDER BY id, version LIMIT ?`;
    const select = this.#prepare(sql, [after.id, after.version, limit]);
    return (await ask('database', () => select.all<KnownVersion>())).results;
  }

  #prepare(sql: string, values: readonly (string | number | null)[]): D1PreparedStatement {
    return this.#database.prepare(sql).bind(...values);
  }
}
