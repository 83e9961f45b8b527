import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { BACKEND_NAMES } from '../catalogue/training.ts';
import type { Plan } from '../schemas/plan.ts';
import { parseNumber, parseWholeNumber, runInterruptibly } from '../trainer/cli/options.ts';
import { bold, columns, report, say } from '../trainer/cli/output.ts';
import { formatAccuracies, formatFrontier } from '../trainer/cli/train.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import { estimate } from '../trainer/run/estimate.ts';
import { digestPlan } from '../trainer/run/plan.ts';
import { checkGrids, formatChecked, isShifted, saveChecked, summarise } from './check.ts';
import { RECORDS, RUNS, readShippedPlanes, readTimes, SHIPPED, shipPlanes, trainPlane } from './grids.ts';
import { type AtlasPlane, PLANES } from './planes.ts';
import { type Fits, writeReport } from './report.ts';

// The command of the atlas: trains its planes, checks them, fits the rule, writes the report.

type Options = {
  readonly all?: true;
  readonly check?: true;
  readonly report?: true;
  readonly optimisers?: true;
  readonly page?: true;
  readonly ship?: true;
  readonly save?: true;
  readonly share: number;
  readonly draw?: number;
  readonly backend?: Plan['backend'];
  readonly out: string;
  readonly workers?: number;
};

const program = new Command('atlas')
  .description(
    'The measured planes of docs/atlas.md: train them again, check them, and make the report from them.',
  )
  .argument('[id...]', 'planes; without any and without options they are listed')
  .option('--all', 'train every plane: some hours')
  .option(
    '--check',
    'train a random part of the shipped cells again and compare (of the planes named, or of all)',
  )
  .option('--share <part>', 'of --check: the share of the cells', parseNumber(0, 1), 0.02)
  .option(
    '--draw <number>',
    'of --check: which cells are drawn (default: others each time)',
    parseWholeNumber(0, 2 ** 31 - 1),
  )
  .addOption(
    new Option(
      '--backend <name>',
      "of --check: another back end than the grid's, fed with the same noise",
    ).choices(BACKEND_NAMES),
  )
  .option('--save', 'of --check: keep the result for the report (fixtures/atlas/cross-check.json)')
  .option('--ship', 'put the finished planes among the grids in fixtures/')
  .option(
    '--report',
    'fit the rule to the shipped planes, which takes a quarter of an hour; write fixtures/depth-rule.json, docs/atlas.md and its pictures',
  )
  .option('--optimisers', 'as --report, but with the numbers of the optimisers fitted anew alone: seconds')
  .option('--page', 'the page and its pictures from the rule as it is, without a fit')
  .option('--out <folder>', 'folder of journals and grids', RUNS)
  .option(
    '--workers <n>',
    'networks trained at a time (default: one a core, as memory allows)',
    parseWholeNumber(1, 256),
  )
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
Every finished network is saved at once: after Ctrl-C or a crash the same command goes on. A plane that was trained on
the same kind of processor, or in WebAssembly on any, has the bytes of the shipped one.

Examples:
  npm run atlas                                             the planes, their time and whether they ship
  npm run atlas -- mnist-tanh-steps-100                     train one again and compare it with the shipped one
  npm run atlas -- --check                                  train 2 % of all cells again
  npm run atlas -- --check --backend ort-web-training --share 0.005
  npm run atlas -- --all --ship --report                    everything, some hours

Exit status: 0 as it should be, 1 something failed or differs, 2 wrong usage, 130 interrupted.`,
  )
  .action(run);

/** Options that say how a check goes. */
const CHECK_OPTIONS = ['share', 'draw', 'backend', 'save'] as const satisfies (keyof Options)[];

async function run(ids: readonly string[], options: Options, command: Command): Promise<void> {
  const stray = CHECK_OPTIONS.find((name) => command.getOptionValueSource(name) === 'cli');
  if (stray && !options.check)
    throw new Failure(`--${stray} says how to check: add --check, or leave it out.`, EXIT.usage);
  const named = ids.map(findPlane);
  const chosen = options.all ? PLANES : named;
  const again = `npm run atlas -- ${process.argv.slice(2).join(' ')}`;
  if (options.check) return await runInterruptibly(again, (signal) => check(named, options, signal));
  if (chosen.length > 0)
    await runInterruptibly(again, async (signal) => {
      for (const plane of chosen) await train(plane, options, signal);
    });
  if (options.ship) {
    const shipped = await shipPlanes(named.length > 0 ? named : PLANES, options.out);
    console.log(`${shipped.length} plane(s) are in ${SHIPPED}.`);
  }
  const fits = chooseFits(options);
  if (fits) for (const file of await writeReport(fits)) console.log(file);
  if (chosen.length === 0 && !options.ship && !fits) listPlanes();
}

/** What a report fits; undefined where none is asked for. */
function chooseFits({ report, optimisers, page }: Options): Fits | undefined {
  if (report) return 'all';
  if (optimisers) return 'optimisers';
  return page ? 'none' : undefined;
}

function findPlane(id: string): AtlasPlane {
  const plane = PLANES.find(({ plan }) => plan.id === id);
  if (!plane) throw new Failure(`The atlas has no plane "${id}". "npm run atlas" lists them.`, EXIT.usage);
  return plane;
}

function listPlanes(): void {
  const shipped = new Map(readShippedPlanes().map(({ plan, grid }) => [plan.id, grid]));
  const times = readTimes(RECORDS);
  const rows = PLANES.map(({ plan }) => [
    plan.id,
    shipped.has(plan.id) ? String(shipped.get(plan.id)?.rows.length) : 'not shipped',
    times[plan.id] === undefined ? describeCost(plan) : `${((times[plan.id] as number) / 60).toFixed(1)} min`,
  ]);
  console.log(columns([['plane', 'networks', 'time of one core'], ...rows]));
}

/** What `dropline plan` says of a plane that nobody has timed: for the whole of it, of which a search trains a part. */
function describeCost(plan: Plan): string {
  const { networks, gflop } = estimate(plan);
  return `at most ${Math.round(gflop).toLocaleString('en')} GFLOP for ${networks} networks`;
}

async function train(plane: AtlasPlane, options: Options, signal: AbortSignal): Promise<void> {
  say(`${plane.plan.id}: ${plane.plan.title}`);
  const { out, workers } = options;
  const grid = await trainPlane(plane, { out, workers, signal, say });
  const name = `${plane.plan.id}.json`;
  const shipped = await readFile(path.join(SHIPPED, name)).catch(() => undefined);
  const own = await readFile(path.join(out, name));
  console.log(plane.plan.search ? formatFrontier(grid) : formatAccuracies(grid));
  console.log(`Grid: ${bold(path.join(out, name))}`);
  if (!shipped) return;
  console.log(
    shipped.equals(own)
      ? 'It has the bytes of the shipped grid.'
      : digestPlan(JSON.parse(shipped.toString()).meta.plan) === digestPlan(plane.plan)
        ? 'It differs from the shipped grid of the same plan: another kind of processor, or other software.'
        : 'The shipped grid is of an earlier plan.',
  );
}

async function check(named: readonly AtlasPlane[], options: Options, signal: AbortSignal): Promise<void> {
  // (another back end is compared with what it did not train)
  const planes = readShippedPlanes().filter(
    ({ plan }) =>
      (named.length === 0 || named.some((one) => one.plan.id === plan.id)) &&
      plan.backend !== options.backend,
  );
  if (planes.length === 0)
    throw new Failure(
      `None of these planes ships${options.backend ? ` that was not trained with ${options.backend}` : ' yet'}.`,
      EXIT.usage,
    );
  const seed = options.draw ?? Math.floor(Math.random() * 2 ** 31);
  say(`Draw ${seed} (--draw ${seed} checks the same cells again).`);
  const checked = await checkGrids(
    planes.map(({ grid }) => grid),
    { share: options.share, seed, backend: options.backend, signal, say },
  );
  if (options.save) await saveChecked(checked, path.join(RECORDS, 'cross-check.json'));
  console.log(['      shipped    again', ...formatChecked(checked)].join('\n'));
  console.log(summarise(checked));
  if (isShifted(checked))
    throw new Failure('As a whole the accuracies differ from the shipped ones in one direction.');
  const off = checked.filter(({ verdict }) => verdict === 'off').length;
  if (off > 0)
    throw new Failure(
      `${off} of ${checked.length} cells differ from the shipped ones by more than seeds do.`,
    );
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(error, false);
}
