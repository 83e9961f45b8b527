import { CHECKED, type Finding } from '../../schemas/store-check.ts';
import { sha256 } from '../caching.ts';
import { findUnreferenced } from './collect.ts';
import { History } from './history.ts';
import { Objects } from './objects.ts';
import { ShippedGrids } from './shipped.ts';
import type { StoreBindings } from './store.ts';

/** Entries on a page, which cost little, and versions, of up to 4 MiB each. */
const ENTRIES = 500;
const VERSIONS = 10;

/** A page of a check. */
export type CheckPage = {
  readonly part: (typeof CHECKED)[number];
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** where the next page begins, if there is one */
  readonly next: string | undefined;
};

/** A page of one part. */
type PartPage = Omit<CheckPage, 'part'>;

type CheckPart = (bindings: StoreBindings, after: string, now: number) => Promise<PartPage>;

/** How each part is checked, a page at a time; `after` is empty for its first page. */
const CHECKS: Record<(typeof CHECKED)[number], CheckPart> = {
  history: async ({ DB }, after) => {
    const entries = await new History(DB).entries(Number(after), ENTRIES);
    const wrong = entries.filter(({ follows, fits }) => !follows || !fits);
    const next = entries.length === ENTRIES ? String(entries.at(-1)?.place) : undefined;
    return {
      checked: entries.length,
      findings: wrong.map(({ id, number }) => makeFinding('inconsistent', `entry ${number} of ${id}`)),
      next,
    };
  },
  versions: async ({ DB, GRIDS }, after) => {
    const [id = '', version = ''] = after.split('/');
    const versions = await new History(DB).allVersions({ id, version }, VERSIONS);
    const findings: Finding[] = [];
    for (const { id, version, object, current } of versions) {
      const state = await readState(version, await isReadable(new Objects(GRIDS), object));
      if (state) findings.push(makeFinding(state, `${id}/${version}`, current === 1));
    }
    const last = versions.at(-1);
    return {
      checked: versions.length,
      findings,
      next: last && versions.length === VERSIONS ? `${last.id}/${last.version}` : undefined,
    };
  },
  objects: async (bindings, after, now) => {
    const { objects, unreferenced, next } = await findUnreferenced(bindings, after || undefined, now);
    return { checked: objects, findings: unreferenced, next };
  },
  assets: async ({ ASSETS }, after) => {
    const shipped = new ShippedGrids(ASSETS);
    const from = Number(after);
    const all = await shipped.list();
    const entries = all.slice(from, from + VERSIONS);
    const findings: Finding[] = [];
    for (const { id, version } of entries) {
      const state = await readState(version, await shipped.bytes(id, version));
      if (state) findings.push(makeFinding(state, `the shipped ${id}/${version}`, true));
    }
    const to = from + entries.length;
    return { checked: entries.length, findings, next: to < all.length ? String(to) : undefined };
  },
};

/**
 * Compares the history with the objects and with the hashes of their bytes, a page at a time.
 *
 * @param bindings of the store
 * @param cursor `next` of the page before; the first page if left out
 * @param now in milliseconds since 1970
 * @returns undefined for an invalid cursor
 * @throws PartDown
 * @example await checkStore(env, undefined, Date.now())
 */
export async function checkStore(
  bindings: StoreBindings,
  cursor: string | undefined,
  now: number,
): Promise<CheckPage | undefined> {
  const [name = '', ...rest] = (cursor ?? `${CHECKED[0]}:`).split(':');
  const part = CHECKED.find((one) => one === name);
  if (!part) return undefined;
  const page = await CHECKS[part](bindings, rest.join(':'), now);
  const following = CHECKED[CHECKED.indexOf(part) + 1];
  const next = page.next !== undefined ? `${part}:${page.next}` : following && `${following}:`;
  return { ...page, part, next };
}

/** No version has these bytes. */
const UNREADABLE = new ArrayBuffer(0);

/** The bytes of an object; where only that one cannot be read, none of its version's: the check goes on. */
async function isReadable(objects: Objects, object: string): Promise<ArrayBuffer | undefined> {
  try {
    return await objects.get(object);
  } catch (error) {
    await objects.list(1);
    console.error('store', object, error);
    return UNREADABLE;
  }
}

const makeFinding = (state: Finding['state'], place: string, current = false): Finding => ({
  state,
  place,
  current,
});

/** What is wrong with the bytes of a version. */
async function readState(
  version: string,
  bytes: ArrayBuffer | undefined,
): Promise<'missing' | 'damaged' | undefined> {
  if (!bytes) return 'missing';
  return (await sha256(bytes)) === version ? undefined : 'damaged';
}
