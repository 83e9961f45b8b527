import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice } from '../backends/index.ts';
import { describeCell } from '../run/cells.ts';
import { estimate, estimateMemory, formatBytes, timeSteps } from '../run/estimate.ts';
import { readPlan } from '../run/plan.ts';
import { formatDuration } from '../run/progress.ts';
import { loadTrainingData } from '../run/run.ts';
import { escapeControls } from '../terminal-text.ts';
import { createBackendOption, parseWholeNumber } from './options.ts';
import { bold, type OutputOptions, print, say } from './output.ts';

type PlanOptions = OutputOptions & {
  readonly workers?: number;
  readonly backend?: Plan['backend'];
  readonly data?: string;
  readonly trial: boolean;
};

/** Adds `dropline plan`. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('Check a plan and estimate what it takes, before it is started.')
    .argument('<plan.json>', 'the plan')
    .option('--workers <n>', 'networks trained at a time (default: one a core)', parseWholeNumber(1, 1024))
    .addOption(createBackendOption())
    .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
    .option('--no-trial', 'do not time a few steps on this machine; then no hours are given')
    .addHelpText(
      'after',
      `
Networks, operations, memory, and hours from a trial of a few seconds with the plan's middle network. A search
("dropline frontier") trains a part of the networks only.

Examples:
  npm run dropline -- plan examples/plans/tiny.json
  npm run dropline -- plan plan.json --backend ort-web-training --workers 16
  npm run --silent dropline -- plan plan.json --no-trial --json

Exit status: 0 the plan is good, 1 the trial failed, 2 wrong usage or plan.`,
    )
    .action((file: string, options: PlanOptions, command: Command) =>
      showPlan(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function showPlan(file: string, options: PlanOptions): Promise<void> {
  const read = await readPlan(file);
  const plan = options.backend === undefined ? read : { ...read, backend: options.backend };
  const workers = options.workers ?? availableParallelism();
  const { networks, gflop } = estimate(plan);
  const { main, worker } = estimateMemory(plan);
  const memory = main + workers * worker;
  say(describeChoice(plan.backend));
  const speed = options.trial
    ? await timeSteps(plan, await loadTrainingData(plan, options.data, say))
    : undefined;
  // evaluations and the first steps are not counted
  const seconds = speed && gflop / speed.gflops / Math.min(workers, networks);
  const rows = [
    ['networks', String(networks)],
    ['operations', `${Math.round(gflop).toLocaleString('en')} GFLOP`],
    ['memory', `${formatBytes(memory)} for ${workers} worker(s)`],
    ...(speed
      ? [
          [
            'one core',
            `${speed.gflops.toFixed(1)} GFLOP/s (${speed.step.toFixed(1)} ms a step of ${describeCell(speed.cell)})`,
          ],
          ['time', `about ${formatDuration(seconds as number)} with ${workers} worker(s)`],
        ]
      : []),
  ];
  print(
    options,
    {
      id: plan.id,
      networks,
      gflop,
      memory_bytes: memory,
      workers,
      ...(speed && { gflops_per_core: speed.gflops, seconds }),
    },
    [
      bold(escapeControls(plan.title)),
      ...rows.map(([name, value]) => `${(name as string).padEnd(12)}${value}`),
    ].join('\n'),
  );
}
