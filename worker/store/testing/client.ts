import { PartDown } from '../../parts.ts';
import { HttpProblem } from '../../problem.ts';
import { collect, findUnreferenced } from '../collect.ts';
import type { Preconditions } from '../preconditions.ts';
import { GridStore, type StoreBindings } from '../store.ts';
import type { Deed } from './histories.ts';
import type { Asked, Call, Condition } from './specification.ts';
import type { World } from './world.ts';

/** What the clients of a history wrote down. */
export class Notes {
  /** what is wrong, in words */
  readonly wrong: string[] = [];
  readonly calls: Call[] = [];
  /** versions of which a client was told that they are stored, by number */
  readonly acknowledged = new Set<number>();
  /** versions whose objects were spoilt or lost */
  readonly broken = new Set<number>();
  /** uploads that are under way, with the number of objects that were written before */
  readonly active = new Map<Deed, number>();
  /** counts what begins and what ends */
  tick = 0;
}

/** One client of the store, which writes down what it asked and what it was told. */
export class Client {
  readonly #world: World;
  readonly #bindings: StoreBindings;
  readonly #store: GridStore;
  readonly #notes: Notes;
  #seen: number | undefined;

  /**
   * @param world whose store it is
   * @param bindings of the store
   * @param notes of all clients
   */
  constructor(world: World, bindings: StoreBindings, notes: Notes) {
    this.#world = world;
    this.#bindings = bindings;
    this.#store = new GridStore(bindings);
    this.#notes = notes;
  }

  /** Does something, and writes down what came of it. */
  async do(deed: Deed): Promise<void> {
    const { id, versions } = this.#world;
    switch (deed.kind) {
      case 'publish': {
        const condition = this.#condition(deed.condition);
        const version = versions[deed.version];
        if (!version) return;
        this.#notes.active.set(deed, this.#world.writes());
        const asked: Asked = { kind: 'publish', version: deed.version, condition };
        const answer = await this.#ask(asked, async () => {
          const { decision } = await this.#store.publish(
            version.entry,
            version.bytes,
            this.#headers(condition),
          );
          return decision;
        });
        this.#notes.active.delete(deed);
        if (!answer || !['published', 'restored', 'unchanged'].includes(answer)) return;
        this.#notes.acknowledged.add(deed.version);
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
          if (entries.some(({ number }, i) => number !== i + 1))
            this.#notes.wrong.push('the history has gaps');
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
        this.#world.age(Math.min(Number.POSITIVE_INFINITY, ...this.#notes.active.values()));
        return;
      default:
        this.#notes.broken.add(deed.version);
        await this.#world.spoil(versions[deed.version]?.entry.version ?? '', deed.kind);
    }
  }

  /** Reads a version that must be there. */
  async mustRead(version: number): Promise<void> {
    if (!(await this.#read(version)))
      this.#notes.wrong.push(`version ${version} was acknowledged and cannot be read`);
  }

  async #read(version: number): Promise<boolean> {
    const { id, versions } = this.#world;
    const bytes = await this.#tolerate(() => this.#store.version(id, versions[version]?.entry.version ?? ''));
    if (bytes) this.#compare(version, bytes);
    return bytes !== undefined;
  }

  /** Asks the store, and writes down when and what came of it. */
  async #ask(asked: Asked, work: () => Promise<string>): Promise<string | undefined> {
    const start = this.#notes.tick++;
    const answer = await this.#tolerate(work);
    this.#notes.calls.push({ asked, start, end: this.#notes.tick++, answer });
    return answer;
  }

  /** What comes of some work; undefined where a part failed, or where the bytes are broken and the store says so. */
  async #tolerate<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await work();
    } catch (error) {
      const told = error instanceof PartDown || this.#saysBroken(error);
      if (!told) this.#notes.wrong.push(`threw ${error}`);
      return undefined;
    }
  }

  #compare(version: number, bytes: ArrayBuffer): void {
    const right = new TextDecoder().decode(this.#world.versions[version]?.bytes);
    if (new TextDecoder().decode(bytes) !== right)
      this.#notes.wrong.push(`version ${version} has other bytes`);
  }

  /** Whether an error says that the bytes of a version are broken that were. */
  #saysBroken(error: unknown): boolean {
    const broken = [...this.#notes.broken].map((number) => this.#world.versions[number]?.entry.version ?? '');
    return error instanceof HttpProblem && broken.some((version) => error.message.includes(version));
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
