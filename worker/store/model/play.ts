import { PartDown } from '../../parts.ts';
import { HttpProblem } from '../../problem.ts';
import { collect, findUnreferenced } from '../collect.ts';
import type { Preconditions } from '../preconditions.ts';
import { GridStore, type StoreBindings } from '../store.ts';
import type { Deed, History } from './histories.ts';
import { gated, Interleaver } from './interleave.ts';
import { type Asked, type Call, type Condition, linearizable } from './specification.ts';
import type { World } from './world.ts';

/** What the history of a run came to. */
type Played = {
  readonly calls: Call[];
  /** versions of which a client was told that they are stored, by number */
  readonly acknowledged: Set<number>;
  /** versions whose objects were spoilt or lost */
  readonly broken: Set<number>;
};

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
  const wrong: string[] = [];
  const played: Played = { calls: [], acknowledged: new Set(), broken: new Set() };
  const active = new Map<Deed, number>();
  const now = { tick: 0 };
  await tear(world, history.torn, change);
  const turns = new Interleaver();
  const clients = history.clients.map((deeds) => async () => {
    const bindings = change(gated(world.bindings, turns));
    const client = new Client(world, bindings, played, wrong, now, active);
    for (const deed of deeds) {
      await turns.gate(async () => {}, false);
      await client.do(deed);
    }
  });
  await turns.run(clients, history.steps);

  // All is quiet now, and nothing fails any more.
  const last = new Client(world, change(world.bindings), played, wrong, now, active);
  await last.do({ kind: 'versions' });
  await last.do({ kind: 'current' });
  for (const version of played.acknowledged) if (!played.broken.has(version)) await last.mustRead(version);
  for (const version of played.broken) {
    await last.do({ kind: 'publish', version, condition: 'none' });
    if (played.acknowledged.has(version)) await last.mustRead(version);
  }
  await last.do({ kind: 'days later' });
  await last.do({ kind: 'collect' });
  for (const version of played.acknowledged) await last.mustRead(version);
  const { unreferenced } = await findUnreferenced(world.bindings, undefined, world.now());
  if (unreferenced.length > 0) wrong.push(`left behind: ${JSON.stringify(unreferenced)}`);
  if (!linearizable(played.calls, history.ships)) wrong.push('not linearizable');
  if (wrong.length > 0) wrong.push(...played.calls.map((call) => JSON.stringify(call)));
  return { wrong, calls: played.calls };
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

/** One client of the store, which writes down what it asked and what it was told. */
class Client {
  readonly #world: World;
  readonly #bindings: StoreBindings;
  readonly #store: GridStore;
  readonly #played: Played;
  readonly #wrong: string[];
  readonly #now: { tick: number };
  readonly #active: Map<Deed, number>;
  #seen: number | undefined;

  constructor(
    world: World,
    bindings: StoreBindings,
    played: Played,
    wrong: string[],
    now: { tick: number },
    active: Map<Deed, number>,
  ) {
    this.#world = world;
    this.#bindings = bindings;
    this.#store = new GridStore(bindings);
    this.#played = played;
    this.#wrong = wrong;
    this.#now = now;
    this.#active = active;
  }

  async do(deed: Deed): Promise<void> {
    const { id, versions } = this.#world;
    switch (deed.kind) {
      case 'publish': {
        const condition = this.#condition(deed.condition);
        const version = versions[deed.version];
        if (!version) return;
        this.#active.set(deed, this.#world.writes());
        const asked: Asked = { kind: 'publish', version: deed.version, condition };
        const answer = await this.#ask(asked, async () => {
          const { decision } = await this.#store.publish(
            version.entry,
            version.bytes,
            this.#headers(condition),
          );
          return decision;
        });
        this.#active.delete(deed);
        if (!answer || !['published', 'restored', 'unchanged'].includes(answer)) return;
        this.#played.acknowledged.add(deed.version);
        this.#seen = deed.version;
        return;
      }
      case 'withdraw': {
        const condition = this.#condition(deed.condition);
        const answer = await this.#ask({ kind: 'withdraw', condition }, () =>
          this.#store.withdraw(id, this.#headers(condition)),
        );
        if (answer === 'withdrawn') this.#seen = undefined;
        return;
      }
      case 'current': {
        const answer = await this.#ask({ kind: 'current' }, async () => {
          const grid = await this.#store.current(id);
          if (grid) this.#compare(this.#number(grid.version), grid.bytes);
          return String(grid && this.#number(grid.version));
        });
        if (answer !== undefined) this.#seen = answer === 'undefined' ? undefined : Number(answer);
        return;
      }
      case 'versions':
        await this.#ask({ kind: 'versions' }, async () => {
          const entries = await this.#store.versions(id, 0, 100);
          if (entries.some(({ number }, i) => number !== i + 1)) this.#wrong.push('the history has gaps');
          return entries.map(({ action, version }) => `${action[0]}${this.#number(version)}`).join(' ');
        });
        return;
      case 'read':
        await this.#read(deed.version);
        return;
      case 'collect':
        await this.#tolerate(async () => {
          await collect(this.#bindings, await findUnreferenced(this.#bindings, undefined, this.#world.now()));
        });
        return;
      case 'days later':
        this.#world.age(Math.min(Number.POSITIVE_INFINITY, ...this.#active.values()));
        return;
      default:
        this.#played.broken.add(deed.version);
        await this.#world.spoil(versions[deed.version]?.entry.version ?? '', deed.kind);
    }
  }

  /** Reads a version that must be there. */
  async mustRead(version: number): Promise<void> {
    if (!(await this.#read(version)))
      this.#wrong.push(`version ${version} was acknowledged and cannot be read`);
  }

  async #read(version: number): Promise<boolean> {
    const { id, versions } = this.#world;
    const bytes = await this.#tolerate(() => this.#store.version(id, versions[version]?.entry.version ?? ''));
    if (bytes) this.#compare(version, bytes);
    return bytes !== undefined;
  }

  /** Asks the store, and writes down when and what came of it. */
  async #ask(asked: Asked, work: () => Promise<string>): Promise<string | undefined> {
    const start = this.#now.tick++;
    const answer = await this.#tolerate(work);
    this.#played.calls.push({ asked, start, end: this.#now.tick++, answer });
    return answer;
  }

  /** What comes of some work; undefined where a part failed, or where the bytes are broken and the store says so. */
  async #tolerate<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work();
    } catch (error) {
      const told =
        error instanceof HttpProblem && (error instanceof PartDown || this.#played.broken.size > 0);
      if (!told) this.#wrong.push(`threw ${error}`);
      return undefined;
    }
  }

  #compare(version: number, bytes: ArrayBuffer): void {
    const right = new TextDecoder().decode(this.#world.versions[version]?.bytes);
    if (new TextDecoder().decode(bytes) !== right) this.#wrong.push(`version ${version} has other bytes`);
  }

  #number(version: string): number {
    return this.#world.versions.findIndex(({ entry }) => entry.version === version);
  }

  #condition(kind: 'none' | 'seen' | 'any' | 'absent'): Condition {
    if (kind !== 'seen') return { kind };
    return this.#seen === undefined ? { kind: 'absent' } : { kind: 'is', version: this.#seen };
  }

  #headers(condition: Condition): Preconditions {
    if (condition.kind === 'any') return { ifMatch: '*' };
    if (condition.kind === 'absent') return { ifNoneMatch: '*' };
    if (condition.kind === 'none') return {};
    return { ifMatch: [`"${this.#world.versions[condition.version]?.entry.version}"`] };
  }
}
