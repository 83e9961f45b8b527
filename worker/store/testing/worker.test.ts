import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Bindings } from '../../environment.ts';
import { histories } from './histories.ts';
import { play } from './play.ts';
import { SHIPPED } from './specification.ts';
import { assetsWith, versionsOf, type World } from './world.ts';

const { GRIDS, DB } = env as unknown as Bindings;

let grids = 0;

const DAYS = 3 * 24 * 60 * 60 * 1000;

/** A store in the R2 and D1 of workerd. Its clock cannot be set back for single objects: days go by only at the end. */
async function workerdWorld(ships: boolean): Promise<World> {
  const id = `real-${++grids}`;
  const versions = await versionsOf(id);
  let later = 0;
  return {
    bindings: { GRIDS, DB, ASSETS: assetsWith(ships ? versions[SHIPPED] : undefined) },
    id,
    versions,
    spoil: async (version, how) => {
      const { objects } = await GRIDS.list({ prefix: `grids/${id}/${version}` });
      for (const { key } of objects) {
        if (how === 'lose') await GRIDS.delete(key);
        else await GRIDS.put(key, 'spoilt');
      }
    },
    writes: () => 0,
    age: () => {
      later = DAYS;
    },
    now: () => Date.now() + later,
  };
}

/** As many as a minute allows; the ten thousand are in memory, on the same SQL. */
const RUNS = 100;

it('keeps its promises on the R2 and D1 of workerd as it does in memory', { timeout: 120_000 }, async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const clients = history.clients.map((deeds) => deeds.filter(({ kind }) => kind !== 'days later'));
      const { wrong } = await play(await workerdWorld(history.ships), { ...history, torn: [], clients });
      expect(wrong).toEqual([]);
    }),
    { numRuns: RUNS, seed: 16 },
  );
});
