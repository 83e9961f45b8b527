import { DroplineError, request } from '../../client/request.ts';

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
 * Work of which only the newest counts: while one runs, the newest that came meanwhile waits and the others are dropped, so
 * that a picture follows a drag about as fast as it is computed. One that takes more than a second is given up for a newer one.
 *
 * @param work what to do
 * @param pace waits between one and the next
 */
export function latest<T>(
  work: (value: T, signal: AbortSignal) => Promise<void>,
  pace: () => Promise<void>,
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
      if (waiting) await pace();
    }
    running = undefined;
  };
}
