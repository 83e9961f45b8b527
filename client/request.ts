import { DroplineError, problemOf } from './error.ts';
import { retryDelay } from './retry-delay.ts';

/** How requests are made. */
export type RequestOptions = {
  /** ends the request, and the wait for another try */
  readonly signal?: AbortSignal | undefined;
  /** tries in all; 4 by default */
  readonly tries?: number;
  /** in place of the platform's own */
  readonly fetch?: typeof fetch;
};

/**
 * Sends a request until it succeeds: no connection, 429 and 5xx are tried again after the server's Retry-After, or after
 * 1, 2, 4 … seconds. Every request of the client may be repeated without harm.
 *
 * @param url where to
 * @param init as for fetch
 * @param options see {@link RequestOptions}
 * @returns a 2xx answer
 * @throws DroplineError for anything else; the signal's reason where it is aborted
 * @example await (await request('http://localhost:8787/versions')).json()
 */
export async function request(
  url: string,
  init: RequestInit = {},
  options: RequestOptions = {},
): Promise<Response> {
  const { signal, tries = 4, fetch: send = fetch } = options;
  for (let attempt = 1; ; attempt++) {
    let failure: DroplineError;
    let retryAfter: string | null = null;
    try {
      const response = await send(url, { ...init, ...(signal && { signal }) });
      if (response.ok) return response;
      retryAfter = response.headers.get('retry-after');
      failure = await problemOf(response);
      if (response.status !== 429 && response.status < 500) throw failure;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof DroplineError) throw error;
      failure = new DroplineError(0, `No connection to ${url}.`, [], { cause: error });
    }
    if (attempt >= tries) throw failure;
    await wait(retryDelay(attempt, retryAfter, Date.now()), signal);
  }
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
