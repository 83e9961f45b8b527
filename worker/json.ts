import { HttpProblem } from './problem.ts';

/** A body as JSON in UTF-8, or an HttpProblem (422). */
export function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const detail = `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`;
    throw new HttpProblem(422, detail, [{ pointer: '#', detail }]);
  }
}
