import type { Bindings } from './environment.ts';
import { HttpProblem } from './problem.ts';

/** What an answer may need besides the program: by which binding it is reached, and how long a call may take, in milliseconds. */
export const PARTS = {
  database: { binding: 'DB', milliseconds: 2000 },
  objects: { binding: 'GRIDS', milliseconds: 10_000 },
  assets: { binding: 'ASSETS', milliseconds: 2000 },
  rate_limiter: { binding: 'RATE_LIMITER', milliseconds: 200 },
} as const satisfies Record<string, { binding: keyof Bindings; milliseconds: number }>;

/** The name of a part, as in `/readyz` and the header `Degraded`. */
export type Part = keyof typeof PARTS;

/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;

/** Thrown where a part does not answer: whether a write took effect is unknown then. */
export class PartDown extends HttpProblem {
  readonly part: Part;

  /**
   * @param part that failed
   * @param cause what it threw
   */
  constructor(part: Part, cause: unknown) {
    const detail = `A part of the service that this needs is down (${part}). Try again after ${RETRY_AFTER} seconds, a PUT too: it may be repeated without harm. GET /readyz says what is up.`;
    super(503, detail, [], { headers: { 'retry-after': String(RETRY_AFTER) } });
    this.part = part;
    this.cause = cause;
  }
}

/** What the database says of a statement that breaks a constraint: an answer, and no failure. */
const REFUSED = /SQLITE_CONSTRAINT|constraint failed/;

/**
 * The bindings, with every call watched: one that throws, rejects or does not settle in time fails with a
 * {@link PartDown}, so that no request waits for ever, and no caller has to tell these apart. A call that was given up
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
      console.error(part, cause);
      onFailure(part as Part);
      throw new PartDown(part as Part, cause);
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
