import type { Problem, ProblemEntry, ProblemLimit } from '../schemas/problem.ts';

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorised',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Body too large',
  422: 'Invalid body',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
};

/** Thrown anywhere in a request: becomes an `application/problem+json` answer (RFC 9457). */
export class HttpProblem extends Error {
  readonly status: number;
  readonly entries: ProblemEntry[];
  readonly headers: Record<string, string>;
  readonly limit: ProblemLimit | undefined;

  /**
   * @param status HTTP status, 400 to 599
   * @param detail a sentence that says what is wrong and what to do
   * @param entries what is wrong in particular, each with its JSON pointer
   * @param more `headers` of the answer, for example Allow; `limit`, how much of what was asked would be answered
   * @example throw new HttpProblem(404, 'There is no grid "x". GET /v1/grids lists them.');
   */
  constructor(
    status: number,
    detail: string,
    entries: ProblemEntry[] = [],
    more: { readonly headers?: Record<string, string>; readonly limit?: ProblemLimit } = {},
  ) {
    super(detail);
    this.status = status;
    this.entries = entries;
    this.headers = more.headers ?? {};
    this.limit = more.limit;
  }

  /** The problem document. */
  body(): Problem {
    return {
      type: 'about:blank',
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.limit && { limit: this.limit }),
      ...(this.entries.length > 0 && { errors: this.entries }),
    };
  }

  /** The answer to send. */
  response(): Response {
    return new Response(`${JSON.stringify(this.body())}\n`, {
      status: this.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...this.headers },
    });
  }
}

/**
 * Any error as a problem: one that was not thrown as a problem is a fault of the software, which is logged.
 *
 * @param error what was thrown
 * @example problemOf(new TypeError('x is undefined')).status // 500
 */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  console.error(error);
  return new HttpProblem(500, 'Something broke here, not in the request. Try again later.');
}
