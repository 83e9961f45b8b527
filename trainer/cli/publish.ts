import type { Command } from 'commander';
import { DroplineError } from '../../client/request.ts';
import { CHECKED } from '../../schemas/store-check.ts';
import { EXIT, Failure } from '../errors.ts';
import { checkServer } from '../publish/fsck.ts';
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

/** `dropline publish`: publishes a grid's file. */
export async function publishFile(file: string, options: PublishFileOptions): Promise<void> {
  const token = chooseToken(options.to, options.token);
  const { bytes, grid } = await readGrid(file, say);
  const { id } = grid;
  const published = await publish(bytes, id, options.to, token, { say });
  print(options, { id, published }, `Published: ${published}`);
}

/** Adds `dropline fsck`. */
export function addFsck(program: Command): void {
  program
    .command('fsck')
    .description('Compare the history of the grids on a server with their stored bytes.')
    .requiredOption('--to <url>', 'the server, for example http://localhost:8787')
    .option('--token <token>', 'bearer token (default: DROPLINE_TOKEN; not needed for localhost)')
    .option('--collect', 'delete what failed uploads left behind more than a day ago')
    .addHelpText(
      'after',
      `
The server reads every version and takes its SHA-256. What it finds:
  missing, damaged   the bytes of a version: publish the same file again, which mends it
  inconsistent       an entry of the history that was changed by hand
  torn               what a failed upload left behind more than a day ago: --collect deletes it
  young              the same, less than a day old: the upload may still be under way
  early              a version that was replaced before there was a history; it stays readable

Examples:
  npm run dropline -- fsck --to http://localhost:8787
  DROPLINE_TOKEN=… npm run dropline -- fsck --to https://dropline.example.org --collect

Exit status: 0 whole, 1 something is missing, damaged or inconsistent, or the server did not answer, 2 wrong usage.`,
    )
    .action((options: FsckOptions, command: Command) => fsck({ ...options, ...command.optsWithGlobals() }));
}

const LOOKED_AT: Record<(typeof CHECKED)[number], string> = {
  history: 'entries of the history',
  versions: 'versions',
  objects: 'objects',
  assets: 'grids that ship',
};

type FsckOptions = OutputOptions & {
  readonly to: string;
  readonly token?: string;
  readonly collect?: boolean;
};

/** `dropline fsck`: has a server check its store, and says what is wrong. */
export async function fsck({ to, token, collect = false, ...output }: FsckOptions): Promise<void> {
  const report = await checkServer(to, chooseToken(to, token), collect).catch((error) => {
    throw error instanceof DroplineError
      ? new Failure(`${to}: ${error.message}`, EXIT.failed, { cause: error })
      : error;
  });
  const { checked, findings, whole, deleted } = report;
  const counts = CHECKED.map((part) => `${LOOKED_AT[part]} ${checked[part]}`);
  const lines = [
    ...findings.map(
      ({ state, place, current }) => `${state}  ${place}${current ? ', which is current' : ''}`,
    ),
    `Looked at: ${counts.join(', ')}. ${whole ? 'Nothing is wrong.' : 'Something is wrong.'}`,
    ...(collect ? [`Deleted: ${deleted} objects.`] : []),
  ];
  if (!whole) throw new Failure(lines.join('\n'), EXIT.failed, { details: { ...report } });
  print(output, { ...report }, lines.join('\n'));
}
