import type { Command } from 'commander';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type SearchPlan, toSearchPlan } from '../frontier/column-search.ts';
import { forecastSearch } from '../frontier/forecast.ts';
import { type Calibration, calibrate } from '../run/calibrate.ts';
import { type Cell, describeCell, listCells } from '../run/cells.ts';
import { chooseWorkers, estimate, estimateMemory, formatBytes } from '../run/estimate.ts';
import { describeWork } from '../run/pace.ts';
import { readPlan } from '../run/plan.ts';
import { formatDuration } from '../run/progress.ts';
import { loadTrainingData } from '../run/run.ts';
import { escapeControls } from '../terminal-text.ts';
import {
  addSearchOptions,
  createBackendOption,
  formatCommand,
  parseWholeNumber,
  readSearchFlags,
  runInterruptibly,
  type SearchFlags,
} from './options.ts';
import { bold, type OutputOptions, print, say } from './output.ts';

/** How a plan is tried out. */
export type TrialOptions = {
  readonly workers?: number;
  readonly data?: string;
  readonly trial: boolean;
};

type PlanOptions = OutputOptions &
  SearchFlags &
  TrialOptions & {
    readonly backend?: Plan['backend'];
    readonly frontier?: boolean;
  };

/** Adds `dropline plan`. */
export function addPlan(program: Command): void {
  addSearchOptions(
    program
      .command('plan')
      .description('Check a plan and estimate what it takes, before it is started.')
      .argument('<plan.json>', 'the plan')
      .option(
        '--frontier',
        'what "dropline frontier" takes, also of a plan that does not say how it searches',
      )
      .option(
        '--workers <n>',
        'networks trained at a time (default: one a core, as memory allows)',
        parseWholeNumber(1, 1024),
      )
      .addOption(createBackendOption())
      .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
      .option('--no-trial', 'do not time a few steps on this machine; then no time is given'),
  )
    .addHelpText(
      'after',
      `
Networks, operations, memory, and the time from a trial of a few seconds: real steps of the plan's smallest and largest
network, as many at once as there are workers. What a search trains depends on what it finds: searches are played out with
networks that succeed at random, near the depths that the fitted rule expects. The middle of them is told, and the range.

Examples:
  npm run dropline -- plan examples/plans/tiny.json
  npm run dropline -- plan examples/plans/keeps.json --interval 1.2
  npm run dropline -- plan plan.json --backend ort-web-training --workers 16
  npm run --silent dropline -- plan plan.json --no-trial --json

Exit status: 0 the plan is good, 1 the trial failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: PlanOptions, command: Command) =>
      showPlan(file, { ...options, ...command.optsWithGlobals() }),
    );
}

/** What is expected, and between which ends where it depends on what a search finds. */
type Range = { readonly middle: number; readonly low: number; readonly high: number };

/** What a plan takes. */
export type PlanEstimate = {
  readonly networks: Range;
  readonly gflop: Range;
  /** Undefined where nothing was timed. */
  readonly seconds?: Range | undefined;
};

/**
 * What a plan takes: all of its networks, or those that its search may train.
 *
 * @param calibration how fast this machine is, where it was timed
 * @example estimatePlan(plan).networks.middle // 210
 */
export function estimatePlan(plan: Plan, calibration?: Calibration): PlanEstimate {
  const { searches, weight } = plan.search
    ? forecastSearch(plan as SearchPlan)
    : { searches: [[[listCells(plan)]]], weight: 1 };
  const range = (of: (search: (typeof searches)[number]) => number): Range => {
    const values = searches.map(of).sort((a, b) => a - b);
    return {
      middle: values[Math.floor(values.length / 2)] as number,
      low: values[0] as number,
      high: values.at(-1) as number,
    };
  };
  return {
    networks: range((columns) => Math.round(weight * columns.flat(2).length)),
    gflop: range((columns) => weight * estimate(plan, columns.flat(2)).gflop),
    seconds: calibration && range((columns) => reckonTime(plan, columns, weight, calibration)),
  };
}

/** Seconds: all workers are busy, unless a column's rounds, one after the other, or the longest network take longer. */
function reckonTime(
  plan: Plan,
  columns: readonly (readonly (readonly Cell[])[])[],
  weight: number,
  { pace, startup, workers }: Calibration,
): number {
  const known = new Map<string, number>();
  const secondsOf = (cell: Cell): number => {
    const work = describeWork(plan, cell);
    const seconds = known.get(String(work.size)) ?? pace.predict(work) ?? Number.NaN;
    known.set(String(work.size), seconds);
    return seconds;
  };
  let [sum, longest] = [0, 0];
  for (const rounds of columns) {
    let column = 0;
    for (const round of rounds) {
      const times = round.map(secondsOf);
      sum += weight * times.reduce((a, b) => a + b, 0);
      column += times.reduce((a, b) => Math.max(a, b), 0);
    }
    longest = Math.max(longest, column);
  }
  return startup + Math.max(sum / workers, longest);
}

/** The plan that is asked about: with how it searches, where it does. */
async function readAsked(file: string, options: PlanOptions): Promise<Plan> {
  const read = await readPlan(file);
  const plan = options.backend === undefined ? read : { ...read, backend: options.backend };
  if (options.frontier || plan.search) return toSearchPlan(plan, readSearchFlags(options));
  const stray = (['interval', 'perRound', 'maxNetworks'] as const).some(
    (name) => options[name] !== undefined,
  );
  if (stray)
    throw new Failure(
      `${file} does not say that it searches: add --frontier, or leave out how it would search.`,
      EXIT.usage,
    );
  return plan;
}

/** Times the plan's networks. */
async function tryOut(
  file: string,
  plan: Plan,
  workers: number,
  { data }: TrialOptions,
): Promise<Calibration> {
  await loadTrainingData(plan, data, say);
  return runInterruptibly(
    formatCommand(['npm', 'run', 'dropline', '--', 'plan', file]),
    (signal) => calibrate(plan, workers, signal),
    'Nothing is kept of a trial. Begin again',
  );
}

/** What a plan takes, in lines for people and as members for programs. */
export type PlanDescription = {
  readonly estimated: PlanEstimate;
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
};

/**
 * Says what a plan takes, from a trial of a few seconds unless there is to be none.
 *
 * @param file of the plan, for the command that tries again
 * @param plan the plan
 * @param options how it would be run
 * @throws Failure where its networks cannot be trained, or it is interrupted
 * @example (await describePlan('plan.json', plan, { trial: false })).lines
 */
export async function describePlan(
  file: string,
  plan: Plan,
  options: TrialOptions,
): Promise<PlanDescription> {
  const workers = options.workers ?? chooseWorkers(plan, () => {});
  say(describeChoice(plan.backend));
  const calibration = options.trial ? await tryOut(file, plan, workers, options) : undefined;
  const estimated = estimatePlan(plan, calibration);
  const { main, worker } = estimateMemory(plan);
  const memory = main + workers * worker;
  return {
    estimated,
    lines: formatEstimate(plan, estimated, `${formatBytes(memory)} for ${workers} worker(s)`, calibration),
    json: { id: plan.id, ...toJson(plan, estimated, calibration), memory_bytes: memory, workers },
  };
}

async function showPlan(file: string, options: PlanOptions): Promise<void> {
  const plan = await readAsked(file, options);
  const { lines, json } = await describePlan(file, plan, options);
  print(options, json, [bold(escapeControls(plan.title)), ...lines].join('\n'));
}

/** What a plan takes, for people: a line each. */
function formatEstimate(
  plan: Plan,
  { networks, gflop, seconds }: PlanEstimate,
  memory: string,
  calibration: Calibration | undefined,
): string[] {
  const range = ({ middle, low, high }: Range, format: (value: number) => string) =>
    `${format(middle)}${format(low) === format(high) ? '' : ` (${format(low)} to ${format(high)})`}`;
  const about = plan.search ? 'about ' : '';
  const rows = [
    [
      'networks',
      `${about}${range(networks, String)}${plan.search ? ` of ${listCells(plan).length}, searching` : ''}`,
    ],
    ['operations', `${about}${range(gflop, (value) => Math.round(value).toLocaleString('en'))} GFLOP`],
    ['memory', memory],
    ...(calibration?.timed ?? []).map(({ cell, step }) => [
      'a step',
      `${step.toPrecision(3)} ms of ${describeCell(cell)}`,
    ]),
    ...(seconds
      ? [['time', `${plan.training.stop ? 'at most ' : ''}about ${range(seconds, formatDuration)}`]]
      : []),
  ];
  return rows.map(([name, value]) => `${(name as string).padEnd(12)}${value}`);
}

/** The same for programs. */
function toJson(
  plan: Plan,
  { networks, gflop, seconds }: PlanEstimate,
  calibration: Calibration | undefined,
) {
  return {
    networks: networks.middle,
    gflop: gflop.middle,
    ...(seconds && { seconds: seconds.middle }),
    ...(calibration && { step_ms: calibration.timed.map(({ step }) => step) }),
    ...(plan.search && {
      plane: listCells(plan).length,
      networks_low: networks.low,
      networks_high: networks.high,
      ...(seconds && { seconds_low: seconds.low, seconds_high: seconds.high }),
    }),
  };
}
