import { HttpProblem } from './problem.ts';

/**
 * A body as JSON.
 *
 * @param bytes of the body
 * @throws HttpProblem 422 where they are not JSON in UTF-8
 * @example parseJson(new TextEncoder().encode('[1]').buffer) // [1]
 */
export function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const detail = `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`;
    throw new HttpProblem(422, detail, [{ pointer: '#', detail }]);
  }
}
