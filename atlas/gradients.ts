/**
 * Measures the gradients of untrained networks by the plans in fixtures/plans/gradients, draws them and writes the tables of
 * docs/gradients.md.
 *
 *   npm run gradients -- --help
 */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { formatCommand, parseWholeNumber, runInterruptibly } from '../trainer/cli/options.ts';
import { report, say } from '../trainer/cli/output.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import { readPlan } from '../trainer/run/plan.ts';
import { loadPlanData } from '../trainer/run/run.ts';
import { type GradientRecord, measureRecord, readRecord } from './gradients/record.ts';
import { writeReport } from './gradients/report.ts';

type Options = {
  readonly plans: string;
  readonly records: string;
  readonly out: string;
  readonly docs: string;
  readonly workers: number;
  readonly again?: true;
  readonly draw?: true;
};

const program = new Command('gradients')
  .usage('[options]')
  .description(
    'Measure the gradients of untrained networks by the plans in fixtures/plans/gradients, draw them, and write the tables of docs/gradients.md.',
  )
  .option('--again', 'measure also what is finished')
  .option('--draw', 'measure nothing: only draw, and write the tables')
  .option('--workers <n>', 'processes', parseWholeNumber(1, 1024), 1)
  .option('--plans <folder>', 'folder of the plans', 'fixtures/plans/gradients')
  .option('--records <folder>', 'folder of the measurements', 'fixtures/measurements')
  .option('--out <folder>', "folder of seeds that are finished, until all of a plan's are", 'runs/gradients')
  .option('--docs <folder>', 'folder of gradients.md and of atlas/, where the pictures go', 'docs')
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
A plan is measured seed by seed as "dropline measure" does it; what is kept of it is in the folder of the measurements.
What is finished with the same plan is not measured again. After Ctrl-C the same command goes on. All plans take about
ten minutes on one core.

Examples:
  npm run gradients                     measure what is missing, draw, write the tables
  npm run gradients -- --draw           draw and write the tables only: some seconds
  npm run gradients -- --again --workers 2

Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
  )
  .action(run);

async function run(options: Options): Promise<void> {
  if (options.draw && options.again)
    throw new Failure('--draw measures nothing, --again measures everything: give one of them.', EXIT.usage);
  const records: GradientRecord[] = [];
  await runInterruptibly(
    formatCommand(['npm', 'run', 'gradients', ...argumentsGiven()]),
    async (signal) => {
      for (const file of await planFiles(options.plans)) {
        const plan = await readPlan(file);
        if (options.draw) {
          const there = readRecord(options.records, plan.id);
          if (!there) throw new Failure(`${plan.id} is not measured yet: leave out --draw.`);
          records.push(there);
          continue;
        }
        // workers read it from the cache
        await loadPlanData(plan, undefined, say);
        const { workers, again, records: folder, out: seeds } = options;
        records.push(await measureRecord(plan, { workers, signal, records: folder, seeds, again, say }));
      }
    },
    'Every finished seed is saved. Continue',
  );
  const pictures = path.join(options.docs, 'atlas');
  await mkdir(pictures, { recursive: true });
  const written = await writeReport(records, { page: path.join(options.docs, 'gradients.md'), pictures });
  for (const file of written) console.log(path.relative(process.cwd(), file));
}

const argumentsGiven = () => (process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []);

/** The plans of a folder. */
async function planFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new Failure(`There are no plans in ${folder}.`, EXIT.usage);
  return names.toSorted().map((name) => path.join(folder, name));
}

if (import.meta.main)
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else process.exitCode = report(error, false);
  }
