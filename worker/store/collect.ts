import type { Bindings } from '../environment.ts';
import { History } from './history.ts';
import { isNewKey, Objects } from './objects.ts';

/** How long an upload may wait for its entry in the history, in milliseconds: no request takes a day. */
const GRACE = 24 * 60 * 60 * 1000;

/** Objects on a page. */
const PAGE = 500;

/**
 * An object that nothing refers to. `torn`: of an upload that failed; `young`: perhaps of one that is under way; `early`: from before
 * there was a history, perhaps a version that was published then, which stays readable.
 */
export type Unreferenced = {
  readonly object: string;
  readonly bytes: number;
  readonly uploaded: string;
  readonly kind: 'torn' | 'young' | 'early';
};

/** A page of objects, as far as nothing refers to them. */
export type UnreferencedPage = {
  readonly objects: number;
  readonly unreferenced: readonly Unreferenced[];
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
    .map(({ key, size, uploaded }) => ({
      object: key,
      bytes: size,
      uploaded: uploaded.toISOString(),
      kind: !isNewKey(key)
        ? ('early' as const)
        : now - uploaded.getTime() < GRACE
          ? ('young' as const)
          : ('torn' as const),
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
  const torn = page.unreferenced.filter(({ kind }) => kind === 'torn');
  await new Objects(GRIDS).remove(torn.map(({ object }) => object));
  return torn.length;
}
