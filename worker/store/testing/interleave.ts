import type { StoreBindings } from '../store.ts';

/** How a call of a binding goes: it fails before it has an effect, after it, or not at all. */
export type Fault = 'none' | 'before' | 'after';

/** Which of the waiting clients goes on, as a number modulo their count, and how its call goes. */
export type Step = { readonly turn: number; readonly fault: Fault };

/** A call that waits for its turn. */
type Waiting = { readonly go: (fault: Fault) => void };

/**
 * Lets clients run in turns: each runs until it calls a binding, and waits there until it is chosen. So a list of steps is one
 * interleaving, the same every time. A client makes one call at a time.
 */
export class Interleaver {
  readonly #waiting: Waiting[] = [];
  #settled: () => void = () => {};

  /** Waits for a turn, then makes the call as the step says. */
  async gate<Answer>(call: () => Promise<Answer>, mayFail = true): Promise<Answer> {
    const fault = await new Promise<Fault>((go) => {
      this.#waiting.push({ go });
      this.#settled();
    });
    if (!mayFail || fault === 'none') return call();
    if (fault === 'after') await call();
    throw new Error(`the call failed ${fault} it took effect`);
  }

  /**
   * Runs clients to their end.
   *
   * @param clients what they do
   * @param steps in order; beyond them clients go on in turns, and nothing fails
   */
  async run(clients: readonly (() => Promise<void>)[], steps: readonly Step[]): Promise<void> {
    for (const client of clients) await this.#until(() => void client().then(() => this.#settled()));
    for (let i = 0; this.#waiting.length > 0; i++) {
      const { turn, fault }: Step = steps[i] ?? { turn: 0, fault: 'none' };
      const [chosen] = this.#waiting.splice(turn % this.#waiting.length, 1);
      await this.#until(() => chosen?.go(fault));
    }
  }

  /** Starts something, and waits until the client that it lets run waits again, or has ended. */
  #until(start: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
      start();
    });
  }
}

/**
 * Bindings, each call of which waits for its turn.
 *
 * @param bindings of a store
 * @param turns whose turn it is
 */
export function gated({ GRIDS, DB, ASSETS }: StoreBindings, turns: Interleaver): StoreBindings {
  const inner = new WeakMap<object, D1PreparedStatement>();
  const statement = (real: D1PreparedStatement): D1PreparedStatement => {
    const outer = {
      bind: (...values: unknown[]) => statement(real.bind(...values)),
      first: () => turns.gate(() => real.first()),
      all: () => turns.gate(() => real.all()),
    };
    inner.set(outer, real);
    return outer as unknown as D1PreparedStatement;
  };
  const database = {
    prepare: (sql: string) => statement(DB.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      turns.gate(() => DB.batch(statements.map((one) => inner.get(one) as D1PreparedStatement))),
  };
  const bucket = {
    get: (key: string) => turns.gate(() => GRIDS.get(key)),
    put: (...given: Parameters<R2Bucket['put']>) => turns.gate(() => GRIDS.put(...given)),
    delete: (keys: string[]) => turns.gate(() => GRIDS.delete(keys)),
    list: (options: R2ListOptions) => turns.gate(() => GRIDS.list(options)),
  };
  return {
    GRIDS: bucket as unknown as R2Bucket,
    DB: database as unknown as D1Database,
    ASSETS: { fetch: (url: string) => turns.gate(() => ASSETS.fetch(url)) } as unknown as Fetcher,
  };
}
