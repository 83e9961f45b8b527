import { DroplineError, request } from '../../client/request.ts';

/** A panel asks no more often than once in this time, in milliseconds: a drag would send a hundred requests a second. */
const PACE = 80;

/** An answer takes no longer than this, in milliseconds, or it counts as failed. */
const TIMEOUT = 20_000;

/** Rows of an answer, of numbers. */
export type Rows = readonly Readonly<Record<string, number | null>>[];

/** The rows of an answer. */
export const rowsOf = async <T = Rows>(response: Response): Promise<T> =>
  ((await response.json()) as { rows: T }).rows;

/** Asks the API once: a reader who sees the error tries again. */
export async function ask(address: string, signal: AbortSignal): Promise<Response> {
  try {
    return await request(address, {}, { signal, tries: 1, timeout: TIMEOUT }, async (response) => response);
  } catch (error) {
    if (!(error instanceof DroplineError) || error.status !== 0) throw error;
    const late = (error.cause as Error | undefined)?.name === 'TimeoutError';
    const message = late
      ? `The API did not answer within ${TIMEOUT / 1000} seconds.`
      : 'The API cannot be reached. Check your connection.';
    throw new DroplineError(0, message, [], { cause: error });
  }
}

/**
 * Asks for a table of `count` values along each of its axes, and for fewer where the API says that one request may not take
 * so long (it says how many rows it may have).
 */
export async function withinLimit<T>(
  load: (count: number) => Promise<T>,
  count: number,
  axes: 1 | 2,
): Promise<T> {
  try {
    return await load(count);
  } catch (error) {
    const rows = (error instanceof DroplineError && error.limit?.rows) || 0;
    const fewer = Math.floor(rows ** (1 / axes));
    if (!(fewer >= 2 && fewer < count)) throw error;
    return withinLimit(load, fewer, axes);
  }
}

/**
 * Work of which only the newest counts: while one runs, the newest that came meanwhile waits and the others are dropped, so
 * that a picture follows a drag about as fast as the API answers. One that takes more than a second is given up for a newer one.
 */
export function latest<T>(
  work: (value: T, signal: AbortSignal) => Promise<void>,
): (value: T) => Promise<void> {
  let waiting: { value: T } | undefined;
  let running: { controller: AbortController; since: number } | undefined;
  return async (value) => {
    waiting = { value };
    if (running) {
      if (performance.now() - running.since > 1000) running.controller.abort();
      return;
    }
    while (waiting) {
      const next = waiting.value;
      waiting = undefined;
      running = { controller: new AbortController(), since: performance.now() };
      await work(next, running.controller.signal);
      const rest = running.since + PACE - performance.now();
      if (waiting && rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
    running = undefined;
  };
}
