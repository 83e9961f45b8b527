import { SHIPPED } from '../specification.ts';
import { assetsWith, versionsOf, type World } from '../world.ts';
import { type Held, memoryBucket } from './bucket.ts';
import { memoryDatabase } from './sqlite.ts';

/** Of all stores in memory: each has a grid of its own. */
const database = memoryDatabase();
let grids = 0;

const DAYS = 3 * 24 * 60 * 60 * 1000;

/**
 * A store in memory.
 *
 * @param ships whether a version of its grid ships with the software
 */
export async function memoryWorld(ships: boolean): Promise<World> {
  const id = `grid-${++grids}`;
  const versions = await versionsOf(id);
  const held = new Map<string, Held>();
  return {
    bindings: {
      GRIDS: memoryBucket(held),
      DB: database,
      ASSETS: assetsWith(ships ? versions[SHIPPED] : undefined),
    },
    id,
    versions,
    spoil: async (version, how) => {
      for (const [key, object] of held)
        if (key.includes(version)) {
          if (how === 'lose') held.delete(key);
          else object.bytes = Uint8Array.from(object.bytes, (byte, i) => (i === 0 ? byte ^ 1 : byte));
        }
    },
    writes: () => Math.max(0, ...[...held.values()].map(({ order }) => order)),
    age: (writes) => {
      for (const object of held.values()) if (object.order <= writes) object.uploaded -= DAYS;
    },
    now: Date.now,
  };
}
