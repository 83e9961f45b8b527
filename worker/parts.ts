import type { Bindings } from './environment.ts';

/** What an answer may need besides the program: by which binding it is reached, and how long a call may take, in milliseconds. */
export const PARTS = {
  database: { binding: 'DB', milliseconds: 2000 },
  objects: { binding: 'GRIDS', milliseconds: 10_000 },
  assets: { binding: 'ASSETS', milliseconds: 2000 },
  rate_limiter: { binding: 'RATE_LIMITER', milliseconds: 200 },
} as const satisfies Record<string, { binding: keyof Bindings; milliseconds: number }>;

/** The name of a part, as in `/readyz` and the header `Degraded`. */
export type Part = keyof typeof PARTS;

/** Thrown in place of whatever a call to a part threw, and where it took too long. */
export class PartFailure extends Error {
  readonly part: Part;

  /**
   * @param part which failed
   * @param cause what it threw
   */
  constructor(part: Part, cause: unknown) {
    super(`${part}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.part = part;
  }
}

/** What the database says of a statement that breaks a constraint: an answer, and no failure. */
const REFUSED = /SQLITE_CONSTRAINT|constraint failed/;

/**
 * The bindings, with every call watched: one that throws, rejects or does not settle in time fails with a
 * {@link PartFailure}, so that no request waits for ever, and no caller has to tell these apart. A call that was given up
 * may still take effect, as one whose answer was lost.
 *
 * @param bindings as the runtime gives them
 * @param onFailure told which part failed
 * @example c.env = watchParts(c.env, (part) => failed.add(part))
 */
export function watchParts(bindings: Bindings, onFailure: (part: Part) => void): Bindings {
  const watched = Object.entries(PARTS).flatMap(([part, { binding, milliseconds }]) => {
    const target = bindings[binding];
    const fail = (cause: unknown): never => {
      if (cause instanceof Error && REFUSED.test(cause.message)) throw cause;
      onFailure(part as Part);
      throw new PartFailure(part as Part, cause);
    };
    return target ? [[binding, watch(target, milliseconds, fail)]] : [];
  });
  return { ...bindings, ...Object.fromEntries(watched) };
}

/** What a watched object stands for: a batch of statements is handed to the database as it made them. */
const originals = new WeakMap<object, object>();

function watch<Target extends object>(
  target: Target,
  milliseconds: number,
  fail: (cause: unknown) => never,
): Target {
  const call = (method: (...given: unknown[]) => unknown, given: unknown[]): unknown => {
    try {
      const outcome = Reflect.apply(method, target, given.map(unwatch));
      if (outcome instanceof Promise) return callWithin(milliseconds, () => outcome).catch(fail);
      return isObject(outcome) ? watch(outcome, milliseconds, fail) : outcome;
    } catch (error) {
      return fail(error);
    }
  };
  const proxy = new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function'
        ? (...given: unknown[]) => call(value as (...given: unknown[]) => unknown, given)
        : value;
    },
  });
  originals.set(proxy, target);
  return proxy;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function unwatch(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwatch);
  return isObject(value) ? (originals.get(value) ?? value) : value;
}

/**
 * Calls a function that may throw, reject, or never settle.
 *
 * @param milliseconds to wait for it
 * @param call the function
 * @throws what it throws, or Error after so many milliseconds
 * @example await callWithin(1000, () => fetch(url))
 */
export async function callWithin<Value>(
  milliseconds: number,
  call: () => Value | Promise<Value>,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([call(), late]);
  } finally {
    clearTimeout(timer);
  }
}
