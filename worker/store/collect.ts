import type { Finding } from '../../schemas/store-check.ts';
import type { Bindings } from '../environment.ts';
import { History } from './history.ts';
import { isNewKey, Objects } from './objects.ts';

/** How long an upload may wait for its entry in the history, in milliseconds: no request takes a day. */
const GRACE = 24 * 60 * 60 * 1000;

/** Objects on a page. */
const PAGE = 500;

/** A page of objects: how many there are, and those that no history refers to. */
export type UnreferencedPage = {
  readonly objects: number;
  readonly unreferenced: readonly Finding[];
  readonly next: string | undefined;
};

/**
 * Looks for objects that no history refers to, a page at a time.
 *
 * @param bindings of D1 and R2
 * @param cursor of the page; the first if left out
 * @param now in milliseconds since 1970
 * @throws PartDown
 * @example (await findUnreferenced(env, undefined, Date.now())).unreferenced
 */
export async function findUnreferenced(
  { GRIDS, DB }: Pick<Bindings, 'GRIDS' | 'DB'>,
  cursor: string | undefined,
  now: number,
): Promise<UnreferencedPage> {
  // the objects first: one that is older than the grace time has its entry by now, or never gets one
  const page = await new Objects(GRIDS).list(PAGE, cursor);
  const referenced = await new History(DB).referenced(page.objects.map(({ key }) => key));
  const unreferenced = page.objects
    .filter(({ key }) => !referenced.has(key))
    .map(({ key, uploaded }) => ({
      state: readState(key, now - uploaded.getTime()),
      place: key,
      current: false,
    }));
  return {
    objects: page.objects.length,
    unreferenced,
    next: page.truncated ? page.cursor : undefined,
  };
}

/**
 * Deletes the torn objects of a page.
 *
 * @param bindings of R2
 * @param page that was looked at
 * @returns how many
 * @throws PartDown
 * @example await collect(env, await findUnreferenced(env, undefined, Date.now()))
 */
export async function collect({ GRIDS }: Pick<Bindings, 'GRIDS'>, page: UnreferencedPage): Promise<number> {
  const torn = page.unreferenced.filter(({ state }) => state === 'torn');
  await new Objects(GRIDS).remove(torn.map(({ place }) => place));
  return torn.length;
}

/** What an object is that no history refers to, by its key and its age in milliseconds. */
function readState(key: string, age: number): Finding['state'] {
  if (!isNewKey(key)) return 'early';
  return age < GRACE ? 'young' : 'torn';
}
