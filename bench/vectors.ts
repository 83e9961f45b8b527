import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { evaluateVector, type Vector } from '../theory/testing/block-vectors.ts';

const vectorsFile = z.object({
  vectors: z
    .array(
      z.object({
        id: z.string(),
        group: z.string(),
        params: z.looseObject({ quantity: z.string() }),
        value: z.number(),
        tolerance: z.number().min(0),
      }),
    )
    .min(1),
});

/** What became of a vector: how far off it is in units of its tolerance, or what went wrong. */
type Outcome = {
  readonly vector: Vector;
  readonly off: number;
  readonly found?: number;
  readonly error?: string;
};

function compare(vector: Vector): Outcome {
  try {
    const found = evaluateVector(vector);
    const difference = Math.abs(found - vector.value);
    const off =
      difference <= vector.tolerance
        ? difference / Math.max(vector.tolerance, Number.MIN_VALUE)
        : difference / vector.tolerance;
    return { vector, found, off: Number.isNaN(off) ? Number.POSITIVE_INFINITY : off };
  } catch (error) {
    return {
      vector,
      off: Number.POSITIVE_INFINITY,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

/**
 * Compares the theory of blocks with values of another program, prints each miss, and a summary by group.
 *
 * @param file of the form of fixtures/reference/blocks.json
 * @returns whether all values are met
 * @throws where the file cannot be read, or has another form
 * @example compareVectors('fixtures/reference/blocks.json')
 */
export function compareVectors(file: string): boolean {
  const { vectors } = vectorsFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const outcomes = vectors.map((vector) => compare(vector as Vector));
  const misses = outcomes.filter(({ off }) => off > 1);
  for (const { vector, found, error } of misses) {
    const what = `${vector.group} ${vector.id}, ${vector.params.quantity}`;
    console.log(
      error === undefined
        ? `miss  ${what}: found ${found}, wanted ${vector.value} ± ${vector.tolerance}`
        : `error ${what}: ${error}`,
    );
  }
  for (const group of new Set(vectors.map((vector) => vector.group))) {
    const own = outcomes.filter(({ vector }) => vector.group === group);
    const met = own.filter(({ off }) => off <= 1);
    const worst = Math.max(0, ...met.map(({ off }) => off));
    console.log(
      `${group}: ${met.length} of ${own.length} met, the worst at ${worst.toPrecision(2)} of its tolerance`,
    );
  }
  console.log(`${vectors.length - misses.length} of ${vectors.length} values are met.`);
  return misses.length === 0;
}
