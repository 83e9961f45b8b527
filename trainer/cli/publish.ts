import { readFile } from 'node:fs/promises';
import { gridSchema } from '../../schemas/grid.ts';
import { problemEntries } from '../../schemas/problem.ts';
import { EXIT, Failure, fileFailure } from '../errors.ts';
import { publish, tokenFor } from '../publish/publish.ts';

/**
 * `dropline publish`: publishes a grid's file.
 *
 * @param file the grid's path
 * @param options where to, and the token
 * @throws Failure when the file is no grid, or the server does not take it
 * @example await publishFile('runs/tiny.json', { to: 'http://localhost:8787' });
 */
export async function publishFile(file: string, options: { to: string; token?: string }): Promise<void> {
  const token = tokenFor(options.to, options.token);
  const bytes = await readFile(file).catch((error) => {
    throw fileFailure(`read the grid ${file}`, error, 'Give the path of a grid, for example runs/tiny.json.');
  });
  const id = gridId(bytes, file);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  console.log(`Published: ${await publish(bytes, id, options.to, token, { say })}`);
}

function gridId(bytes: Uint8Array, file: string): string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
  const grid = gridSchema.safeParse(value);
  if (grid.success) return grid.data.id;
  const lines = problemEntries(grid.error, Object.keys(gridSchema.shape));
  throw new Failure(
    `${file} is no grid:\n${lines.map(({ pointer, detail }) => `  ${pointer}  ${detail}`).join('\n')}`,
    EXIT.usage,
  );
}
