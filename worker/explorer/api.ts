import type { Problem } from '../../schemas/problem.ts';

/** A panel asks no more often than once in this time, in milliseconds: a drag would send a hundred requests a second. */
const PACE = 80;

/** An answer takes no longer than this, in milliseconds, or it counts as failed. */
const PATIENCE = 20_000;

/** A request that failed; its message is for the reader: what is wrong, and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** so many rows like these would be answered, where that is known */
  readonly rows: number | undefined;

  /**
   * @param message for the reader
   * @param rows see {@link ApiError.rows}
   * @example new ApiError('The API cannot be reached. Check your connection.')
   */
  constructor(message: string, rows?: number) {
    super(message);
    this.rows = rows;
  }
}

/**
 * Asks the API.
 *
 * @param address path and query
 * @param signal gives the request up
 * @throws ApiError where there is no answer, or one that says what is wrong (application/problem+json); what the signal
 * gives as its reason where it gave up
 * @example (await ask('/v1/grids', new AbortController().signal)).json()
 */
export async function ask(address: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(
      (error as Error).name === 'TimeoutError'
        ? `The API did not answer within ${PATIENCE / 1000} seconds.`
        : 'The API cannot be reached. Check your connection.',
    );
  }
  if (response.ok) return response;
  throw await errorOf(response);
}

/** What an error answer says, or its status where it says nothing. */
async function errorOf(response: Response): Promise<ApiError> {
  const plain = `The API answered ${response.status} ${response.statusText}`.trim();
  if (!response.headers.get('content-type')?.includes('application/problem+json'))
    return new ApiError(`${plain}.`);
  try {
    const { title, detail, limit } = (await response.json()) as Partial<Problem>;
    return new ApiError(String(detail ?? title ?? plain), limit?.rows);
  } catch {
    return new ApiError(`${plain}.`);
  }
}

/**
 * Asks for a table of so many values along an axis, and for fewer, again and again, where the API says that one request may not take so long
 * (it says how many rows it may have).
 *
 * @param load asks for that many values
 * @param count how many to begin with
 * @param axes how many axes have that many values
 * @throws ApiError as {@link ask}
 * @example withinLimit((count) => ask(`/v1/…/${count}`, signal), 60, 2)
 */
export async function withinLimit<T>(
  load: (count: number) => Promise<T>,
  count: number,
  axes: 1 | 2,
): Promise<T> {
  try {
    return await load(count);
  } catch (error) {
    const rows = (error instanceof ApiError && error.rows) || 0;
    const fewer = Math.floor(rows ** (1 / axes));
    if (!(fewer >= 2 && fewer < count)) throw error;
    return withinLimit(load, fewer, axes);
  }
}

/**
 * Work of which only the newest counts: while one runs, the newest that came meanwhile waits and the others are dropped, so
 * that a picture follows a drag about as fast as the API answers. One that takes more than a second is given up for a newer one.
 *
 * @param work what to do with a value; it handles its own errors
 * @example const show = latest(async (state, signal) => draw(await load(state, signal)));
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
