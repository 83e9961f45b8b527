import type { Problem, ProblemEntry, ProblemLimit } from '../schemas/problem.ts';

/** How requests are made. */
export type RequestOptions = {
  /** ends the request, and the wait for another try */
  readonly signal?: AbortSignal | undefined;
  /** tries in all; 4 by default */
  readonly tries?: number;
  /** milliseconds that one try may take, reading included; no limit by default */
  readonly timeout?: number;
  /** in place of the platform's own */
  readonly fetch?: typeof fetch;
  /** is told of a try that failed before the next one, `delay` milliseconds later */
  readonly onRetry?: (error: DroplineError, delay: number) => void;
  /** waits so many milliseconds; a timer by default */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
};

/** What the server, or the way to it, answered in place of an answer. */
export class DroplineError extends Error {
  /** HTTP status; 0 where there was no connection, or no answer in time */
  readonly status: number;
  /** what the server said; undefined where it said nothing */
  readonly detail: string | undefined;
  /** what is wrong in particular, each with a JSON pointer to the parameter */
  readonly entries: readonly ProblemEntry[];
  /** how much of what was asked would be answered, where that is known */
  readonly limit: ProblemLimit | undefined;

  /**
   * @param status HTTP status, 0 for no connection
   * @param message what is wrong and what to do
   * @param entries what is wrong in particular
   * @param options the cause, what the server said, and the limit that was passed
   * @example new DroplineError(0, 'no connection')
   */
  constructor(
    status: number,
    message: string,
    entries: readonly ProblemEntry[] = [],
    options: ErrorOptions & {
      readonly detail?: string | undefined;
      readonly limit?: ProblemLimit | undefined;
    } = {},
  ) {
    super(message, options);
    this.name = 'DroplineError';
    this.status = status;
    this.detail = options.detail;
    this.entries = entries;
    this.limit = options.limit;
  }
}

/**
 * Sends a request until it succeeds: no connection, no answer in time, 429 and 5xx are tried again after the server's
 * Retry-After, or after 1, 2, 4 … seconds. Every request of the client may be repeated without harm.
 *
 * @param url where to
 * @param init as for fetch
 * @param options see {@link RequestOptions}
 * @param read reads a 2xx answer, as a part of the try
 * @returns what `read` gives
 * @throws DroplineError for anything else; the signal's reason where it is aborted
 * @example await request('http://localhost:8787/versions', {}, {}, readJson)
 */
export async function request<T>(
  url: string,
  init: RequestInit,
  options: RequestOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { signal, tries = 4, timeout, fetch: send = fetch, onRetry, wait = waitUnlessAborted } = options;
  for (let attempt = 1; ; attempt++) {
    let failure: DroplineError;
    let retryAfter: string | null = null;
    try {
      const signals = [signal ?? [], timeout === undefined ? [] : AbortSignal.timeout(timeout)].flat();
      const response = await send(url, {
        ...init,
        ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      });
      if (response.ok) return await read(response);
      retryAfter = response.headers.get('retry-after');
      failure = await readProblem(response);
      if (response.status !== 429 && response.status < 500) throw failure;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof DroplineError) throw error;
      const late = (error as Error).name === 'TimeoutError';
      const message = late ? `No answer of ${url} in time.` : `No connection to ${url}.`;
      failure = new DroplineError(0, message, [], { cause: error });
    }
    if (attempt >= tries) throw failure;
    const delay = retryDelay(attempt, retryAfter, Date.now());
    onRetry?.(failure, delay);
    await wait(delay, signal);
  }
}

/** Milliseconds that a server may ask for at most; more is not waited for. */
const MAX_DELAY = 60_000;

/**
 * How long to wait before the next try: as long as the server asks (RFC 9110, section 10.2.3: seconds or a date), at
 * most a minute; otherwise 1, 2, 4, … seconds.
 *
 * @param attempt tries made so far, from 1
 * @param retryAfter the header, or null
 * @param now the time, in milliseconds since 1970
 * @returns milliseconds
 * @example retryDelay(3, null, Date.now()) // 4000
 */
export function retryDelay(attempt: number, retryAfter: string | null, now: number): number {
  const asked = /^\d+$/.test(retryAfter ?? '')
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter ?? '') - now;
  const delay = Number.isNaN(asked) ? 1000 * 2 ** (attempt - 1) : asked;
  return Math.min(Math.max(delay, 0), MAX_DELAY);
}

function waitUnlessAborted(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
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

/** The longest problem document that is read, in bytes; Dropline's own are much shorter. */
const MAX_PROBLEM = 64 * 1024;

/** The error of an answer that is not 2xx, from its problem document (RFC 9457) if it is one. */
async function readProblem(response: Response): Promise<DroplineError> {
  const text = await readText(response, MAX_PROBLEM).catch(() => undefined);
  const problem: Partial<Problem> = Object(parseJson(text ?? ''));
  const detail = typeof problem.detail === 'string' ? problem.detail : undefined;
  return new DroplineError(
    response.status,
    detail ?? `The server answered ${response.status}.`,
    Array.isArray(problem.errors) ? problem.errors : [],
    { detail, limit: problem.limit },
  );
}

/**
 * The text of an answer, of a server that may send without end.
 *
 * @param response of a server
 * @param maxBytes that are read of it
 * @returns undefined where it is longer
 * @throws what the connection throws
 * @example await readText(await fetch(url), 64 * 1024)
 */
export async function readText({ body }: Response, maxBytes: number): Promise<string | undefined> {
  if (!body) return '';
  const [reader, decoder] = [body.getReader(), new TextDecoder()];
  let [text, length] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * The JSON of an answer.
 *
 * @param response of a server
 * @throws DroplineError where it is none; what the connection throws
 * @example await request(url, {}, {}, readJson)
 */
export async function readJson(response: Response): Promise<unknown> {
  const value = parseJson(await response.text());
  if (value !== undefined) return value;
  throw new DroplineError(
    response.status,
    `The server answered ${response.status}, but not with JSON, as a Dropline server does.`,
  );
}

/**
 * The value of a JSON text.
 *
 * @param text of a server, which may be anything
 * @returns undefined where it is no JSON
 * @example parseJson('{"q":1}') // { q: 1 }
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The address of the page that follows an answer, by its header Link.
 *
 * @param response a page
 * @param base its address, which the next one may be relative to
 * @returns undefined for the last page
 * @see RFC 8288
 * @example nextPage(await fetch(url), url)?.href
 */
export function nextPage({ headers }: Pick<Response, 'headers'>, base: string | URL): URL | undefined {
  const link = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
  return link === undefined ? undefined : new URL(link, base);
}
