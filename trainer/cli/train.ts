import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isRowSet } from '../../catalogue/training.ts';
import { columnAxis, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import { predictedAt } from '../../figures/measured/predicted.ts';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import { AXIS_NAMES, type AxisName, type Plan } from '../../schemas/plan.ts';
import { toSearchPlan } from '../frontier/column-search.ts';
import { measureEffort, runSearch } from '../frontier/run-search.ts';
import { chooseToken, publish } from '../publish/publish.ts';
import { chooseWorkers } from '../run/estimate.ts';
import { readPlan } from '../run/plan.ts';
import { locateRunFiles, type RunFiles, type Shard } from '../run/run.ts';
import { type Outcome, runPlan } from '../run/run-plan.ts';
import {
  addSearchOptions,
  addTrainingOptions,
  DEFAULT_OUT,
  formatCommand,
  readSearchFlags,
  runInterruptibly,
  type SearchFlags,
} from './options.ts';
import { bold, columns, type OutputOptions, print, say } from './output.ts';

/**
 * A table of a grid for a terminal: training accuracy in per cent, of a regression the test RMSE, mean over the seeds, with the first axis
 * down and the other across. A point with a diverged network shows `div`, one that a search did not train `·`.
 */
export function formatAccuracies(grid: Grid): string {
  const { axes } = grid.meta.plan;
  const [down, across] = AXIS_NAMES.filter((name) => axes[name]) as [AxisName, AxisName];
  const ofRows = isRowSet(grid.meta.plan.data.name);
  const read = (row: GridRow) => (ofRows ? (row.test_rmse ?? null) : row.train_accuracy);
  const header = [`${down} \\ ${across}`, ...(axes[across] ?? []).map(String)];
  const body = (axes[down] ?? []).map((row) => [
    String(row),
    ...(axes[across] ?? []).map((column) => {
      const values = grid.rows.filter((cell) => cell[down] === row && cell[across] === column).map(read);
      if (values.length === 0) return '·';
      if (values.includes(null)) return 'div';
      return ofRows ? meanOf(values as number[]).toPrecision(4) : percent(values as number[]);
    }),
  ]);
  const what = ofRows ? 'Test RMSE' : 'Training accuracy, %';
  return [`${what}, noise off, mean over the seeds:`, columns([header, ...body])].join('\n');
}

/** The frontier of each column for a terminal, with its interval and the theory's depth scale. */
export function formatFrontier(grid: Grid): string {
  const axis = columnAxis(grid);
  if (!axis) return 'This grid has no axis depth, so it has no frontier.';
  const trained = trainedBy(grid.meta.plan);
  const rows = measuredColumns(grid, trained).map((column) => {
    const { depth, low, high, censored, networks } = column;
    const { xi_2 } = predictedAt(grid, column);
    const shown = (value: number | null) => (value === null ? 'open' : value.toFixed(1));
    return [
      String(column[axis]),
      censored === 'deeper' ? 'deeper' : censored === 'shallower' ? 'shallower' : shown(depth),
      `${shown(low)} to ${shown(high)}`,
      String(networks),
      xi_2 === null ? '–' : xi_2.toFixed(2),
      xi_2 === null || depth === null ? '–' : (depth / xi_2).toFixed(1),
    ];
  });
  const head = [axis, 'L50', '95 % interval', 'networks', 'xi_2', 'L50 / xi_2'];
  return [
    `Trainable depth: half of the networks reach a training accuracy of ${trained.threshold}:`,
    columns([head, ...rows]),
  ].join('\n');
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

function percent(accuracies: readonly number[]): string {
  return (meanOf(accuracies) * 100).toFixed(1);
}

/** Options of `dropline train` and `dropline frontier`, as the command line gives them. */
export type TrainOptions = OutputOptions &
  SearchFlags & {
    readonly out: string;
    readonly workers?: number;
    readonly data?: string;
    readonly backend?: Plan['backend'];
    readonly shard?: Shard;
    readonly publish?: string;
    readonly token?: string;
  };

/** Adds `dropline train`. */
export function addTrain(program: Command): void {
  addTrainingOptions(
    program
      .command('train')
      .description(
        'Train the networks of a plan into a grid. Run it again to continue where it was interrupted.',
      )
      .argument('<plan.json>', 'the plan; see examples/plans'),
  )
    .addHelpText(
      'after',
      `
Every finished network is in the journal at once (fsync): after Ctrl-C, a crash or a power cut the same command
goes on, and the grid has the same bytes whatever the interruptions, the workers, the shards or their order.

Examples:
  npm run train -- examples/plans/tiny.json
  npm run train -- examples/plans/tiny.json --out results --workers 1
  npm run train -- examples/plans/tiny.json --backend auto
  npm run train -- examples/plans/tiny.json --shard 1/2        (and 2/2 on another machine, then "merge")
  npm run train -- examples/plans/tiny.json --publish http://localhost:8787
  npm run --silent dropline -- train examples/plans/tiny.json --json

Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: TrainOptions, command: Command) =>
      train('train', file, { ...options, ...command.optsWithGlobals() }),
    );
}

/** Adds `dropline frontier`. */
export function addFrontier(program: Command): void {
  addSearchOptions(
    addTrainingOptions(
      program
        .command('frontier')
        .description('Search the trainable depth of each column of a plan, training few of its networks.')
        .argument('<plan.json>', 'a plan with depth as one axis: the depths that may be tried'),
    ),
  )
    .addHelpText(
      'after',
      `
Success near the frontier is random, so no single network decides: the frontier is L50 of a logistic in ln L, fitted to
all networks trained, with its 95 % interval. What is trained next is what tells most about it for what it costs. A
column that never crosses is censored ("deeper than"). The plan's seeds are the replicates there may be of a depth. The
result is a grid like any other, with the cells that were trained; its id is the plan's with "-frontier".

Examples:
  npm run dropline -- frontier fixtures/plans/mnist-tanh-keep-095.json --backend auto
  npm run dropline -- frontier plan.json --interval 1.2 --per-round 4
  npm run dropline -- frontier plan.json --shard 1/2        (half of the columns)

Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: TrainOptions, command: Command) =>
      train('frontier', file, { ...options, ...command.optsWithGlobals() }),
    );
}

/** `dropline train` and `dropline frontier`: runs a plan to its grid, prints what was measured, and publishes it where asked. */
export async function train(how: 'train' | 'frontier', file: string, options: TrainOptions): Promise<void> {
  const read = await readPlan(file);
  // another back end is another plan: the grid says what it was trained with
  const given = options.backend === undefined ? read : { ...read, backend: options.backend };
  const plan = how === 'frontier' || given.search ? toSearchPlan(given, readSearchFlags(options)) : given;
  // found out before hours of training, not after
  const token = options.publish === undefined ? undefined : chooseToken(options.publish, options.token);
  const workers = options.workers ?? chooseWorkers(plan, say);
  const outcome = await runInterruptibly(resumeCommand(how, file, options), (signal) => {
    const { out, data, shard } = options;
    const run = { out, data, workers, signal, say, ...(shard && { shard }) };
    return plan.search ? runSearch({ ...plan, search: plan.search }, run) : runPlan(plan, run);
  });
  const places = locateRunFiles(plan, options.out, options.shard);
  if (!outcome.grid) return printShard(outcome, file, places, options);
  const url =
    options.publish === undefined || token === undefined
      ? undefined
      : await publish(await readFile(places.grid), plan.id, options.publish, token, { say });
  const work = plan.search && measureEffort(outcome.grid);
  const share = (part: number) => `${(100 * part).toPrecision(2)} %`;
  print(
    options,
    {
      id: plan.id,
      grid: places.grid,
      existed: outcome.existed,
      networks: outcome.networks,
      ...work,
      published: url,
    },
    [
      ...(plan.search ? [formatFrontier(outcome.grid)] : [formatAccuracies(outcome.grid)]),
      ...(work
        ? [
            `Trained ${work.trained} networks: ${share(work.share)} of the cost of the whole plane with ${work.replicates} networks a depth (${work.plane}).`,
          ]
        : []),
      `${outcome.existed ? 'This plan is finished already' : 'Grid'}: ${bold(places.grid)}`,
      url === undefined
        ? `Publish it: npm run dropline -- publish ${places.grid} --to http://localhost:8787`
        : `Published: ${url}`,
    ].join('\n'),
  );
}

function printShard(outcome: Outcome, file: string, { journal }: RunFiles, options: TrainOptions): void {
  const { index, of } = options.shard as Shard;
  print(
    options,
    { journal, existed: outcome.existed, networks: outcome.networks, shard: `${index}/${of}` },
    `Shard ${index} of ${of} is finished: ${journal}\n` +
      `When all are, make the grid: ${formatCommand(['npm', 'run', 'dropline', '--', 'merge', file, '--from', options.out])}`,
  );
}

/** The command that continues a run. The token is left out: it does not belong on a screen. */
function resumeCommand(how: 'train' | 'frontier', file: string, options: TrainOptions): string {
  const { out, workers, backend, data, shard, publish, interval, perRound, maxNetworks } = options;
  const named = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, value];
  return formatCommand([
    ...(how === 'train' ? ['npm', 'run', 'train', '--'] : ['npm', 'run', 'dropline', '--', 'frontier']),
    file,
    ...named('out', out === DEFAULT_OUT ? undefined : out),
    ...named('workers', workers),
    ...named('backend', backend),
    ...named('data', data),
    ...named('shard', shard && `${shard.index}/${shard.of}`),
    ...named('interval', interval),
    ...named('per-round', perRound),
    ...named('max-networks', maxNetworks),
    ...named('publish', publish),
  ]);
}
