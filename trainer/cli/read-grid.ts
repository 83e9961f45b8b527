import { readFile } from 'node:fs/promises';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { EXIT, Failure, fileFailure } from '../errors.ts';

/**
 * A grid's file, checked.
 *
 * @param file its path
 * @returns the bytes as they are, and what they say
 * @throws Failure when it cannot be read, or is no grid (status 2)
 * @example (await readGrid('runs/tiny.json')).grid.rows.length
 */
export async function readGrid(file: string): Promise<{ bytes: Uint8Array; grid: Grid }> {
  const bytes = await readFile(file).catch((error) => {
    throw fileFailure(`read the grid ${file}`, error, 'Give the path of a grid, for example runs/tiny.json.');
  });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
  const grid = gridSchema.safeParse(value, { error: otherType });
  if (grid.success) return { bytes, grid: grid.data };
  const lines = problemEntries(grid.error, Object.keys(gridSchema.shape));
  throw new Failure(
    `${file} is no grid:\n${lines.map(({ pointer, detail }) => `  ${pointer}  ${detail}`).join('\n')}`,
    EXIT.usage,
  );
}
