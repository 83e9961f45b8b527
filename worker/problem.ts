import type { Problem, ProblemEntry } from '../schemas/problem.ts';

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorised',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
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

  /**
   * @param status HTTP status, 400 to 599
   * @param detail a sentence that says what is wrong and what to do
   * @param entries what is wrong in particular, each with its JSON pointer
   * @param headers further headers of the answer, for example Allow
   * @example throw new HttpProblem(404, 'There is no grid "x". GET /v1/grids lists them.');
   */
  constructor(
    status: number,
    detail: string,
    entries: ProblemEntry[] = [],
    headers: Record<string, string> = {},
  ) {
    super(detail);
    this.status = status;
    this.entries = entries;
    this.headers = headers;
  }

  /** The problem document. */
  body(): Problem {
    return {
      type: 'about:blank',
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
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
