import type { GridEntry } from '../../figures/measured/entry.ts';
import type { GridSummary } from '../../schemas/grid.ts';
import { sha256 } from '../caching.ts';
import type { Bindings } from '../environment.ts';
import { PartDown } from '../parts.ts';
import { HttpProblem } from '../problem.ts';
import { type Decision, decide } from './decide.ts';
import { History, type HistoryEntry, type LastEntry, type NewEntry } from './history.ts';
import { firstKey, newKey, Objects } from './objects.ts';
import { holds, type Preconditions } from './preconditions.ts';
import { ShippedGrids } from './shipped.ts';

/** What the store needs of the Worker's bindings. */
export type StoreBindings = Pick<Bindings, 'GRIDS' | 'DB' | 'ASSETS'>;

/** One version of a grid: its bytes exactly as they were uploaded, and their SHA-256. */
export type StoredGrid = { version: string; bytes: ArrayBuffer };

/** What publishing came to, the version that is then current, and whether these bytes are new to the store. */
export type Outcome = { decision: Decision; current: string | undefined; isNew: boolean };

/** An entry of the history of a grid, as it is listed. */
export type VersionEntry = Omit<HistoryEntry, 'action'> & {
  readonly action: HistoryEntry['action'] | 'shipped';
  readonly current: boolean;
};

/**
 * Measured grids. R2 holds the bytes of versions, which never change; the history in D1 says which version of a grid is current,
 * and gets its entry last, in one transaction, so that half an upload is never visible. A stored grid wins over a shipped one.
 */
export class GridStore {
  readonly #objects: Objects;
  readonly #history: History;
  readonly #shipped: ShippedGrids;

  /** @param bindings the Worker's bindings: R2, D1 and static assets */
  constructor(bindings: StoreBindings) {
    this.#objects = new Objects(bindings.GRIDS);
    this.#history = new History(bindings.DB);
    this.#shipped = new ShippedGrids(bindings.ASSETS);
  }

  /** All grids, by id, without their columns. */
  async list(): Promise<GridSummary[]> {
    const byId = new Map((await this.#shipped.list()).map((summary) => [summary.id, summary]));
    for (const summary of await this.#history.summaries()) {
      const parsed: GridSummary = JSON.parse(summary);
      byId.set(parsed.id, parsed);
    }
    return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /**
   * The current version of a grid, or undefined.
   *
   * @param id a valid grid id
   * @throws HttpProblem 500 where its bytes are missing or damaged; PartDown
   */
  async current(id: string): Promise<StoredGrid | undefined> {
    const last = await this.#history.last(id);
    const version = storedIn(last) ?? (await this.#shipped.version(id));
    if (version === undefined) return undefined;
    const bytes = await this.#read(id, version, last?.version === version ? last.object : undefined);
    if (!bytes) throw damaged(id, version, 'missing');
    return { version, bytes };
  }

  /**
   * The bytes of one version of a grid, or undefined.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   * @throws HttpProblem 500 where they are missing or damaged; PartDown
   */
  async version(id: string, version: string): Promise<ArrayBuffer | undefined> {
    const object = await this.#history.objectOf(id, version);
    const bytes = await this.#read(id, version, object ?? firstKey(id, version));
    if (!bytes && object) throw damaged(id, version, 'missing');
    return bytes;
  }

  /**
   * Stores a version and makes it the current one. Where the version is there already its bytes are written again, whatever is
   * decided: that mends them.
   *
   * @param entry of the grid, with its version
   * @param bytes the uploaded bytes; entry.version is their SHA-256
   * @param preconditions on what is current
   * @throws PartDown where a part fails: nothing is current then that was not before, or the whole version is
   */
  async publish(entry: GridEntry, bytes: ArrayBuffer, preconditions: Preconditions = {}): Promise<Outcome> {
    const { id, version } = entry;
    const fresh = newKey(id, version);
    const shipped = await this.#shipped.version(id);
    for (let written = ''; ; ) {
      const last = await this.#history.last(id, version);
      const known = last?.known ?? undefined;
      const stored = storedIn(last);
      const withdrawn = stored === undefined ? last?.version : undefined;
      const recorded = known !== undefined;
      const decision = decide({ stored, withdrawn, shipped, recorded }, version, preconditions);
      const object = known ?? fresh;
      const adds = decision === 'published' || decision === 'restored';
      if ((adds || known) && written !== object) {
        await this.#objects.put(object, bytes, version);
        written = object;
      }
      const outcome = {
        decision,
        current: adds ? version : (stored ?? shipped),
        isNew: !known && version !== shipped,
      };
      if (!adds) return outcome;
      const added = { id, version, object, bytes: bytes.byteLength, summary: JSON.stringify(entry) };
      if (await this.#history.append({ ...next(last, decision), ...added })) return outcome;
      // another request was first: decide again on what it left
    }
  }

  /**
   * Takes a grid off the list. Its versions stay where they are; a shipped grid of the same id comes back.
   *
   * @param id a valid grid id
   * @param preconditions on what is current
   * @returns `withdrawn`; `shipped` where there is only one that ships with the software; `missing` where there is none; `failed`
   * where the preconditions do not hold
   * @throws PartDown
   */
  async withdraw(
    id: string,
    preconditions: Preconditions = {},
  ): Promise<'withdrawn' | 'shipped' | 'missing' | 'failed'> {
    for (;;) {
      const last = await this.#history.last(id);
      const stored = storedIn(last);
      if (!last || stored === undefined) return (await this.#shipped.version(id)) ? 'shipped' : 'missing';
      if (!holds(preconditions, stored)) return 'failed';
      const { version, object, bytes } = last;
      const added = { id, version, object, bytes, summary: null };
      if (await this.#history.append({ ...next(last, 'withdrawn'), ...added })) return 'withdrawn';
    }
  }

  /**
   * The history of a grid, in order; number 0 is the version that ships with the software.
   *
   * @param id a valid grid id
   * @param after the number of the entry before the first; all entries if left out
   * @param limit of their count
   * @throws PartDown
   */
  async versions(id: string, after: number | undefined, limit: number): Promise<VersionEntry[]> {
    const listed = await this.#history.page(id, after ?? 0, limit);
    const entries = listed.map(({ last_number, last_action, ...entry }) => ({
      ...entry,
      current: entry.number === last_number && last_action !== 'withdrawn',
    }));
    const version = after === undefined ? await this.#shipped.version(id) : undefined;
    if (version === undefined) return entries;
    const current = (listed[0]?.last_action ?? 'withdrawn') === 'withdrawn';
    const shipped = { number: 0, action: 'shipped', version, at: null, bytes: null, current } as const;
    return [shipped, ...entries].slice(0, limit);
  }

  /** The bytes of a version, from R2 or else as they ship; bytes that do not have its SHA-256 are not returned. */
  async #read(id: string, version: string, object: string | undefined): Promise<ArrayBuffer | undefined> {
    const stored = object === undefined ? undefined : await this.#objects.get(object).catch(down);
    if (stored instanceof ArrayBuffer && (await sha256(stored)) === version) return stored;
    const shipped = await this.#shipped.bytes(id, version);
    if (shipped && (await sha256(shipped)) === version) return shipped;
    if (stored instanceof PartDown) throw stored;
    if (stored ?? shipped) throw damaged(id, version, 'damaged');
    return undefined;
  }
}

/** A part that fails, as a value: another may have what is asked for. */
function down(error: unknown): PartDown {
  if (error instanceof PartDown) return error;
  throw error;
}

const storedIn = (last: LastEntry | null) => (last && last.action !== 'withdrawn' ? last.version : undefined);

const next = <Done extends NewEntry['action']>(last: LastEntry | null, action: Done) => ({
  number: (last?.number ?? 0) + 1,
  action,
  at: new Date().toISOString(),
});

function damaged(id: string, version: string, how: 'missing' | 'damaged'): HttpProblem {
  const detail = `The stored bytes of version ${version} of the grid "${id}" are ${how}. Publishing the same bytes again mends that.`;
  console.error('store', detail);
  return new HttpProblem(500, detail);
}
