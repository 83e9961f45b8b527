import { type Part, PartDown } from '../parts.ts';

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
    if (error instanceof PartDown) throw error;
    console.error('store', part, error);
    throw new PartDown(part, error);
  }
}
