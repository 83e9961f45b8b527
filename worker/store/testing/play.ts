import { findUnreferenced } from '../collect.ts';
import { GridStore, type StoreBindings } from '../store.ts';
import { Client, Notes } from './client.ts';
import type { History } from './histories.ts';
import { gated, Interleaver } from './interleave.ts';
import { type Call, linearizable, SHIPPED } from './specification.ts';
import type { World } from './world.ts';

/**
 * Plays a history, and looks whether the store kept its promises.
 *
 * @param world with an empty store
 * @param history what to play
 * @param change bindings in place of those of the world, for stores with a known fault
 * @returns what is wrong, in words, and what the clients asked
 */
export async function play(
  world: World,
  history: History,
  change: (bindings: StoreBindings) => StoreBindings = (bindings) => bindings,
): Promise<{ wrong: string[]; calls: readonly Call[] }> {
  const notes = new Notes();
  const { wrong, calls, acknowledged, broken } = notes;
  await tear(world, history.torn, change);
  const turns = new Interleaver();
  const clients = history.clients.map((deeds) => async () => {
    const bindings = change(gated(world.bindings, turns));
    const client = new Client(world, bindings, notes);
    for (const deed of deeds) {
      await turns.gate(async () => {}, false);
      await client.do(deed);
    }
  });
  await turns.run(clients, history.steps);

  // All is quiet now, and nothing fails any more.
  const last = new Client(world, change(world.bindings), notes);
  await last.do({ kind: 'versions' });
  await last.do({ kind: 'current' });
  await comparePointer(world, calls, history.ships, wrong);
  for (const version of acknowledged) if (!broken.has(version)) await last.mustRead(version);
  for (const version of broken) {
    await last.do({ kind: 'publish', version, condition: 'none' });
    if (acknowledged.has(version)) await last.mustRead(version);
  }
  await last.do({ kind: 'days later' });
  await last.do({ kind: 'collect' });
  for (const version of acknowledged) await last.mustRead(version);
  const { unreferenced } = await findUnreferenced(world.bindings, undefined, world.now());
  if (unreferenced.length > 0) wrong.push(`left behind: ${JSON.stringify(unreferenced)}`);
  if (!linearizable(calls, history.ships)) wrong.push('not linearizable');
  if (wrong.length > 0) wrong.push(...calls.map((call) => JSON.stringify(call)));
  return { wrong, calls };
}

/** Looks whether the list of grids has what the last call found current. */
async function comparePointer(
  { bindings, id, versions }: World,
  calls: readonly Call[],
  ships: boolean,
  wrong: string[],
): Promise<void> {
  const row = await bindings.DB.prepare('SELECT version FROM grids WHERE id = ?')
    .bind(id)
    .first<{ version: string }>();
  const listed = row ? versions.findIndex(({ entry }) => entry.version === row.version) : undefined;
  const { answer } = calls.at(-1) as Call;
  const current = String(listed ?? (ships ? SHIPPED : undefined));
  if (answer !== undefined && answer !== current) wrong.push(`listed is ${current}, current ${answer}`);
}

/** Uploads versions so that the database fails, and lets days go by. */
async function tear(
  world: World,
  torn: readonly number[],
  change: (bindings: StoreBindings) => StoreBindings,
): Promise<void> {
  const { DB, ...rest } = world.bindings;
  const failing = {
    prepare: (sql: string) => DB.prepare(sql),
    batch: () => Promise.reject(new Error('the database is down')),
  };
  const store = new GridStore(change({ ...rest, DB: failing as unknown as D1Database }));
  for (const number of torn) {
    const version = world.versions[number];
    if (version) await store.publish(version.entry, version.bytes).catch(() => {});
  }
  world.age(Number.POSITIVE_INFINITY);
}
