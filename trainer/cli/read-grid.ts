import { readFile } from 'node:fs/promises';
import { parseUnique } from '../../schemas/duplicate-keys.ts';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { verifyChecksum } from '../run/grid-file.ts';

/** A grid's file, checked. */
export async function readGrid(
  file: string,
  say: (line: string) => void,
): Promise<{ bytes: Uint8Array; grid: Grid }> {
  const bytes = await readFile(file).catch((error) => {
    throw toFileFailure(
      `read the grid ${file}`,
      error,
      'Give the path of a grid, for example runs/tiny.json.',
    );
  });
  return { bytes, grid: parseGrid(bytes, file, say) };
}

/** A grid from the bytes of its file. */
export function parseGrid(bytes: Uint8Array, file: string, say: (line: string) => void): Grid {
  let value: unknown;
  try {
    value = parseUnique(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
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
