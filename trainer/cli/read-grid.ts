import { readFile } from 'node:fs/promises';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { EXIT, Failure, fileFailure } from '../errors.ts';
import { verifyChecksum } from '../run/checksum.ts';

/**
 * A grid's file, checked.
 *
 * @param file its path
 * @param say is told of a grid that carries no checksum
 * @returns the bytes as they are, and what they say
 * @throws Failure when it cannot be read, is no grid (status 2), or was altered after it was written
 * @example (await readGrid('runs/tiny.json', console.error)).grid.rows.length
 */
export async function readGrid(
  file: string,
  say: (line: string) => void,
): Promise<{ bytes: Uint8Array; grid: Grid }> {
  const bytes = await readFile(file).catch((error) => {
    throw fileFailure(`read the grid ${file}`, error, 'Give the path of a grid, for example runs/tiny.json.');
  });
  return { bytes, grid: parseGrid(bytes, file, say) };
}

/**
 * A grid from the bytes of its file.
 *
 * @param bytes of the file
 * @param file what to call it in messages
 * @param say is told of a grid that carries no checksum
 * @throws Failure as {@link readGrid}
 * @example parseGrid(bytes, 'tiny.json', console.error).rows.length
 */
export function parseGrid(bytes: Uint8Array, file: string, say: (line: string) => void): Grid {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
  const grid = gridSchema.safeParse(value, { error: otherType });
  if (grid.success) {
    verifyChecksum(file, value as object, say);
    return grid.data;
  }
  const lines = problemEntries(grid.error, Object.keys(gridSchema.shape));
  throw new Failure(
    `${file} is no grid:\n${lines.map(({ pointer, detail }) => `  ${pointer}  ${detail}`).join('\n')}`,
    EXIT.usage,
  );
}
