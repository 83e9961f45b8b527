import { HttpProblem } from '../problem.ts';

/** What the grid store is built of, each of which may fail alone. */
const PARTS = { database: 'D1', objects: 'R2', assets: 'the static assets' } as const;

/** A part of the grid store. */
export type Part = keyof typeof PARTS;

/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;

/** Thrown where a part of the grid store does not answer: whether a write took effect is unknown then. */
export class PartDown extends HttpProblem {
  readonly part: Part;

  /**
   * @param part that failed
   * @param cause what it threw
   */
  constructor(part: Part, cause: unknown) {
    const detail = `The store of grids does not answer (${PARTS[part]}). Try again; a PUT may be repeated without harm.`;
    super(503, detail, [], { headers: { 'retry-after': String(RETRY_AFTER) } });
    this.part = part;
    this.cause = cause;
  }
}

/**
 * Asks a part of the store.
 *
 * @param part that is asked
 * @param work what it does
 * @throws PartDown where it fails; what it threw is logged
 * @example await ask('objects', () => bucket.head(key))
 */
export async function ask<Answer>(part: Part, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    console.error('store', part, error);
    throw new PartDown(part, error);
  }
}
