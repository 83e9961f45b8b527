import type { Problem, ProblemEntry, ProblemLimit } from '../schemas/problem.ts';
import { readAnswer } from './read-answer.ts';

/** The longest problem document that is read, in bytes; Dropline's own are much shorter. */
const MAX_PROBLEM = 64 * 1024;

/** What the server, or the way to it, answered in place of an answer. */
export class DroplineError extends Error {
  /** HTTP status; 0 where there was no connection */
  readonly status: number;
  /** what is wrong in particular, each with a JSON pointer to the parameter */
  readonly entries: readonly ProblemEntry[];
  /** how much of what was asked would be answered, where that is known */
  readonly limit: ProblemLimit | undefined;

  /**
   * @param status HTTP status, 0 for no connection
   * @param message what is wrong and what to do
   * @param entries what is wrong in particular
   * @param options the cause, and the limit that was passed
   * @example new DroplineError(0, 'no connection')
   */
  constructor(
    status: number,
    message: string,
    entries: readonly ProblemEntry[] = [],
    options: ErrorOptions & { readonly limit?: ProblemLimit | undefined } = {},
  ) {
    super(message, options);
    this.name = 'DroplineError';
    this.status = status;
    this.entries = entries;
    this.limit = options.limit;
  }
}

/**
 * The error of an answer that is not 2xx, from its problem document (RFC 9457) if it is one.
 *
 * @param response the answer
 * @returns the error to throw
 * @example throw await problemOf(response);
 */
export async function problemOf(response: Response): Promise<DroplineError> {
  const text = await readAnswer(response, MAX_PROBLEM).catch(() => '');
  const problem = parse(text ?? '');
  return new DroplineError(
    response.status,
    typeof problem?.detail === 'string' ? problem.detail : `The server answered ${response.status}.`,
    Array.isArray(problem?.errors) ? problem.errors : [],
    { limit: problem?.limit },
  );
}

function parse(text: string): Partial<Problem> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
