import type { GridEntry } from '../../../figures/measured/entry.ts';
import { sha256 } from '../../caching.ts';
import type { StoreBindings } from '../store.ts';
import { SHIPPED } from './specification.ts';

/** The bytes of a version, and what the list of grids shows of it. */
export type Version = { readonly bytes: ArrayBuffer; readonly entry: GridEntry };

const versionNames: string[] = [];

/**
 * The versions of a grid, by number.
 *
 * @param id of the grid
 * @example (await versionsOf('tiny'))[SHIPPED]
 */
export function versionsOf(id: string): Promise<Version[]> {
  return Promise.all(
    Array.from({ length: SHIPPED + 1 }, async (_, number) => {
      const bytes = new TextEncoder().encode(`version ${number}`).buffer as ArrayBuffer;
      versionNames[number] ??= await sha256(bytes);
      return { bytes, entry: { id, version: versionNames[number] } as GridEntry };
    }),
  );
}

/** A store's bindings, and what a test needs to spoil and to age what they hold. */
export type World = {
  readonly bindings: StoreBindings;
  readonly id: string;
  readonly versions: readonly Version[];
  /** Changes or takes away the bytes of all objects of a version. */
  readonly spoil: (version: string, how: 'spoil' | 'lose') => Promise<void>;
  /** How many objects were written so far. */
  readonly writes: () => number;
  /** Lets days go by for the objects of the first so many writes. */
  readonly age: (writes: number) => void;
  /** The time of the store, in milliseconds. */
  readonly now: () => number;
};

/** The assets of a Worker with which one version ships, or none. */
export function assetsWith(shipped: Version | undefined): Fetcher {
  const fetch = async (url: string) => {
    if (url.endsWith('/index.json')) return Response.json(shipped ? [shipped.entry] : []);
    if (shipped && url.endsWith(`/${shipped.entry.version}.json`))
      return new Response(shipped.bytes.slice(0));
    return new Response(null, { status: 404 });
  };
  return { fetch } as unknown as Fetcher;
}
