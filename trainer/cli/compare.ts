import path from 'node:path';
import { type Command, Option } from 'commander';
import { TRAINED_TECHNIQUES } from '../../catalogue/techniques.ts';
import { OPTIMISER_NAMES } from '../../catalogue/training.ts';
import { drawIntervals } from '../../figures/svg/interval-plot.ts';
import type { Comparison } from '../../schemas/comparison.ts';
import { notAmong } from '../../schemas/parameters.ts';
import { nameFor } from '../../schemas/synonyms.ts';
import { checkComparison, readJson, resolveArms } from '../compare/comparison.ts';
import { type ArmNames, makeComparison, NORM_ORDERS } from '../compare/from-plan.ts';
import { runComparison } from '../compare/run-comparison.ts';
import { type ArmSummary, METRICS, type MetricName, summariseComparison } from '../compare/summarise.ts';
import { EXIT, Failure } from '../errors.ts';
import { chooseWorkers } from '../run/estimate.ts';
import { checkPlan } from '../run/plan.ts';
import type { Shard } from '../run/run.ts';
import { addTrainingOptions, formatCommand, parseWholeNumber, runInterruptibly } from './options.ts';
import { bold, columns, type OutputOptions, print, say } from './output.ts';
import { checkPicture, writePicture } from './plot.ts';
import type { TrainOptions } from './train.ts';

type CompareOptions = OutputOptions &
  Pick<TrainOptions, 'out' | 'workers' | 'backend' | 'data' | 'shard'> & {
    readonly techniques?: readonly string[];
    readonly optimisers?: readonly string[];
    readonly norms?: readonly string[];
    readonly tuningSeeds: number;
    readonly metrics?: readonly MetricName[];
    readonly picture?: string;
  };

/** Names of a list, under whatever name the field knows them ("dropout" for bernoulli). */
const list = (names: readonly string[]) => (text: string) =>
  text.split(',').map((given) => {
    const name = nameFor(given, names);
    if (name === undefined) throw new Failure(notAmong(given.trim(), names), EXIT.usage);
    return name;
  });

const METRIC_NAMES = METRICS.map(({ name }) => name);

/** Adds `dropline compare`. */
export function addCompare(program: Command): void {
  addTrainingOptions(
    program
      .command('compare')
      .description('Compare techniques, optimisers or places of batch norm: paired differences over seeds.')
      .argument('<plan.json>', 'a plan, with --techniques, --optimisers or --norms; or a comparison'),
    { publish: false, whole: ', some of the arms' },
  )
    .addOption(new Option('--techniques <list>', 'arms: techniques').argParser(list(TRAINED_TECHNIQUES)))
    .addOption(new Option('--optimisers <list>', 'arms: optimisers').argParser(list(OPTIMISER_NAMES)))
    .addOption(
      new Option(
        '--norms <list>',
        `arms: places of batch norm (${Object.keys(NORM_ORDERS).join(', ')})`,
      ).argParser(list(Object.keys(NORM_ORDERS))),
    )
    .option(
      '--tuning-seeds <n>',
      "seeds that choose each arm's settings among the points of the plan's axes",
      parseWholeNumber(1, 100),
      2,
    )
    .addOption(
      new Option(
        '--metrics <list>',
        'what is shown (default: test accuracy or RMSE, and NLL where it is measured)',
      ).argParser(list(METRIC_NAMES)),
    )
    .option('--picture <file>', 'the picture, .svg or .png (default: beside the result, as .svg)')
    .addHelpText(
      'after',
      `
The networks of a seed have the same initial weights and see the same batches in all arms, so that differences are paired.
Of a plan, the points of its axes are the settings that each arm is tried with: the best on images held out
(data.validation_images) is reported, with seeds that chose nothing. Differences are from the first arm: their mean, 95 %
intervals by Student's t and (from 20 seeds on) by the bootstrap, and the p-value of no difference. A shard trains some
of the arms; when all are done, the command without --shard makes the result of them.

Examples:
  npm run dropline -- compare examples/plans/compare.json --techniques none,bernoulli,tabu
  npm run dropline -- compare plan.json --optimisers sgd,adam,novograd --metrics test_accuracy,validation_accuracy
  npm run dropline -- compare fixtures/plans/claims/tabu-mnist.json --workers 1

Exit status: 0 finished, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: CompareOptions, command: Command) =>
      compare(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function compare(file: string, options: CompareOptions): Promise<void> {
  const comparison = await readComparison(file, options);
  const [first] = resolveArms(comparison);
  const plans = first?.plans ?? [];
  const workers = options.workers ?? chooseWorkers(plans[0] as (typeof plans)[number], say);
  const { out, data, shard } = options;
  const picture = options.picture ?? path.join(out, `${comparison.id}.svg`);
  checkPicture(picture);
  const outcome = await runInterruptibly(resumeCommand(file, options), (signal) =>
    runComparison(comparison, { out, data, workers, signal, say, ...(shard && { shard }) }),
  );
  if (!outcome.result)
    return print(
      options,
      { journal: outcome.journal },
      `This shard is finished: ${outcome.journal}\nWhen all are, make the result: ${resumeCommand(file, { ...options, shard: undefined })}`,
    );
  const summaries = summariseComparison(outcome.result);
  const shown = chooseMetrics(summaries, options.metrics);
  await writePicture(picture, drawComparison(comparison, summaries, shown));
  print(
    options,
    { id: comparison.id, result: outcome.file, picture, chosen: outcome.result.chosen, arms: summaries },
    [
      ...formatChosen(comparison, outcome.result.chosen),
      ...shown.map((metric) => formatMetric(summaries, metric)),
      ...warnDiverged(summaries),
      `Result: ${bold(outcome.file)}\nPicture: ${picture}`,
    ].join('\n\n'),
  );
}

/** The comparison of a file, or that of a plan with the arms of the command. */
async function readComparison(file: string, options: CompareOptions): Promise<Comparison> {
  const value = await readJson(file);
  const given = (['techniques', 'optimisers', 'norms'] as const).filter((name) => options[name]);
  const backend = options.backend === undefined ? {} : { backend: options.backend };
  if ((value as { schema?: unknown } | null)?.schema === 'dropline-comparison/1') {
    if (given.length > 0)
      throw new Failure(`${file} says itself what it compares: leave --${given[0]} out.`, EXIT.usage);
    return checkComparison({ ...(value as object), ...backend }, `The comparison ${file}`);
  }
  const plan = checkPlan({ ...(value as object), ...backend }, `The plan ${file}`);
  const [compares] = given;
  if (!compares || given.length > 1)
    throw new Failure(
      `Say what is compared, one of --techniques, --optimisers and --norms: ${file} is a plan.`,
      EXIT.usage,
    );
  const arms = { compares, names: options[compares] } as unknown as ArmNames;
  return checkComparison(makeComparison(plan, arms, options.tuningSeeds), `The comparison of ${file}`);
}

function resumeCommand(
  file: string,
  options: Omit<CompareOptions, 'shard'> & { shard?: Shard | undefined },
): string {
  const { out, workers, backend, data, shard, techniques, optimisers, norms, metrics, picture } = options;
  const named = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, value];
  return formatCommand([
    ...['npm', 'run', 'dropline', '--', 'compare', file],
    ...named('techniques', techniques?.join()),
    ...named('optimisers', optimisers?.join()),
    ...named('norms', norms?.join()),
    ...named('tuning-seeds', options.tuningSeeds === 2 ? undefined : options.tuningSeeds),
    ...named('metrics', metrics?.join()),
    ...named('out', out === 'runs' ? undefined : out),
    ...named('workers', workers),
    ...named('backend', backend),
    ...named('data', data),
    ...named('shard', shard && `${shard.index}/${shard.of}`),
    ...named('picture', picture),
  ]);
}

/** The settings that each arm is reported at, where there were several to choose from. */
function formatChosen(
  { arms, trials, report }: Comparison,
  chosen: Readonly<Record<string, number>>,
): string[] {
  if (report === 'all') return [];
  const lines = arms.flatMap(({ name, trials: own = trials }) => {
    const { network = {}, training = {} } = own?.[chosen[name] ?? 0] ?? {};
    const settings = Object.entries({ ...network, ...training }).map((entry) => entry.join(' '));
    return settings.length > 0 ? [`  ${name}: ${settings.join(', ')}`] : [];
  });
  return lines.length > 0 ? [`Chosen on the images held out:\n${lines.join('\n')}`] : [];
}

/** A network that diverged has no numbers, so that an arm that diverges looks better than it is. */
function warnDiverged(arms: readonly ArmSummary[]): string[] {
  const some = arms
    .filter(({ diverged }) => diverged > 0)
    .map(({ arm, diverged }) => `${diverged} of ${arm}`);
  return some.length > 0
    ? [`Warning: networks diverged and are left out of means and differences: ${some.join(', ')}.`]
    : [];
}

type Metric = (typeof METRICS)[number];

function chooseMetrics(arms: readonly ArmSummary[], wanted: readonly MetricName[] | undefined): Metric[] {
  const measured = METRICS.filter(({ name }) => arms.some(({ metrics }) => metrics[name]));
  const names: readonly MetricName[] = wanted ?? [
    'test_accuracy',
    'test_rmse',
    'average_nll',
    'auroc_entropy',
  ];
  return measured.filter(({ name }) => names.includes(name));
}

const labelOf = (arms: readonly ArmSummary[], { arm, trial }: ArmSummary) =>
  arms.filter((one) => one.arm === arm).length > 1 ? `${arm} ${trial}` : arm;

function formatMetric(arms: readonly ArmSummary[], { name, title, scale, unit }: Metric): string {
  const shown = (value: number | undefined) => (value === undefined ? '–' : (scale * value).toPrecision(4));
  const signed = (value: number | undefined) =>
    value === undefined ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(scale * value).toPrecision(3)}`;
  const interval = (of: { lower: number; upper: number } | undefined) =>
    of ? `${signed(of.lower)} to ${signed(of.upper)}` : '–';
  const rows = arms.map((arm) => {
    const of = arm.metrics[name];
    const difference = of?.difference;
    return [
      labelOf(arms, arm),
      arm.diverged > 0 ? `${arm.networks - arm.diverged} of ${arm.networks}` : String(arm.networks),
      shown(of?.mean),
      signed(difference?.mean),
      interval(difference?.t),
      interval(difference?.bootstrap),
      difference ? difference.p.toPrecision(2) : '–',
    ];
  });
  const header = ['arm', 'networks', 'mean', 'difference', '95 % (t)', '95 % (bootstrap)', 'p'];
  return `${title}${unit && `, ${unit}`}; differences from ${arms[0]?.arm}:\n${columns([header, ...rows])}`;
}

/** The differences of the arms from the first, a panel for each quantity. */
export function drawComparison(
  { title, arms: [first] }: Pick<Comparison, 'title' | 'arms'>,
  arms: readonly ArmSummary[],
  metrics: readonly Metric[],
): string {
  const panels = metrics.flatMap(({ name, title: of, scale, unit }) => {
    const estimates = arms.flatMap((arm) => {
      const difference = arm.metrics[name]?.difference;
      if (!difference) return [];
      const { mean, t } = difference;
      return [
        {
          label: labelOf(arms, arm),
          ...{ value: scale * mean, lower: scale * t.lower, upper: scale * t.upper },
        },
      ];
    });
    const panel = { title: `${of}${unit && `, ${unit}`}: difference from ${first?.name}, 95 %`, estimates };
    return estimates.length > 0 ? [panel] : [];
  });
  return drawIntervals(title, panels);
}
