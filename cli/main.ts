import { Command, CommanderError } from 'commander';
import { addCompare } from '../trainer/cli/compare.ts';
import { addData } from '../trainer/cli/data.ts';
import { addExport } from '../trainer/cli/export.ts';
import { addInit } from '../trainer/cli/init.ts';
import { addMeasure } from '../trainer/cli/measure.ts';
import { addMerge } from '../trainer/cli/merge.ts';
import { report } from '../trainer/cli/output.ts';
import { addPlan } from '../trainer/cli/plan.ts';
import { addPlot } from '../trainer/cli/plot.ts';
import { addFsck, addPublish } from '../trainer/cli/publish.ts';
import { addFrontier, addTrain } from '../trainer/cli/train.ts';
import { EXIT } from '../trainer/errors.ts';
import { readDroplineVersion } from '../trainer/package-version.ts';

import { addDepth } from './depth.ts';

// The command `dropline`.

const program = new Command('dropline')
  .description(
    'Trains the networks of a plan, finds their frontier, measures, draws and publishes; says how deep a network can be trained.',
  )
  .version(readDroplineVersion())
  .option('--json', 'print one JSON object for programs instead of text')
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
Examples:
  npm run dropline -- depth --activation relu --init torch_default --width 512 --drop 0.1
  npm run dropline -- init                                    a plan, by questions
  npm run dropline -- plan examples/plans/tiny.json           what it will take
  npm run dropline -- train examples/plans/tiny.json          the whole plane
  npm run dropline -- frontier examples/plans/tiny.json       only its frontier
  npm run dropline -- plot runs/tiny.json                     a picture
  npm run dropline -- publish runs/tiny.json --to http://localhost:8787

Each command has its own --help. What programs read goes to the standard output, everything else to the standard error.
Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
  );

for (const add of [
  addInit,
  addPlan,
  addTrain,
  addFrontier,
  addCompare,
  addMeasure,
  addDepth,
  addMerge,
  addPlot,
  addExport,
  addPublish,
  addFsck,
  addData,
])
  add(program);
// --json may stand before or after the command
for (const command of [...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
  if (command.commands.length === 0)
    command.option('--json', 'print one JSON object for programs instead of text');

// who reads may have seen enough (head)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  // parameters of the API may be written as they are there: --sigma_w2
  const words = process.argv.map((word) => word.replace(/^--[\w-]+/, (flag) => flag.replaceAll('_', '-')));
  await program.parseAsync(words);
} catch (error) {
  // commander has printed its message itself; asking for help is no error
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(error, process.argv.includes('--json'));
}
