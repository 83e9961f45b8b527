import type { Command } from 'commander';
import { chooseToken, publish } from '../publish/publish.ts';
import { type OutputOptions, print, say } from './output.ts';
import { readGrid } from './read-grid.ts';

/** Adds `dropline publish`. */
export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('Publish a grid that was trained before.')
    .argument('<grid.json>', 'the grid')
    .requiredOption('--to <url>', 'the server, for example http://localhost:8787')
    .option('--token <token>', 'bearer token (default: DROPLINE_TOKEN; not needed for localhost)')
    .addHelpText(
      'after',
      `
The server keeps the exact bytes under their SHA-256; publishing them again changes nothing. What may pass (no
connection, 429, 5xx) is tried again. A grid that was altered after it was written is refused, and a server that names
another version than the SHA-256 of the file is an error.

Examples:
  npm run dropline -- publish runs/tiny.json --to http://localhost:8787
  DROPLINE_TOKEN=… npm run dropline -- publish runs/tiny.json --to https://dropline.example.org

Exit status: 0 published, 1 the grid was altered or the server did not take it, 2 wrong usage, no token or no grid.`,
    )
    .action((file: string, options: PublishFileOptions, command: Command) =>
      publishFile(file, { ...options, ...command.optsWithGlobals() }),
    );
}

type PublishFileOptions = OutputOptions & { readonly to: string; readonly token?: string };

/**
 * `dropline publish`: publishes a grid's file.
 *
 * @param file the grid's path
 * @param options where to, and the token
 * @throws Failure when the file is no grid, or the server does not take it
 * @example await publishFile('runs/tiny.json', { to: 'http://localhost:8787' });
 */
export async function publishFile(file: string, options: PublishFileOptions): Promise<void> {
  const token = chooseToken(options.to, options.token);
  const { bytes, grid } = await readGrid(file, say);
  const { id } = grid;
  const published = await publish(bytes, id, options.to, token, { say });
  print(options, { id, published }, `Published: ${published}`);
}
