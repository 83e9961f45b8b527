import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { csvFormat } from 'd3-dsv';
import {
  type Measurement,
  type MeasurementRow,
  measurementRow,
  type UnitMeasurement,
  type UnitRow,
  unitOptions,
  unitRow,
} from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import { describeChoice } from '../backends/index.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { measure } from '../measure/measure.ts';
import { drawMeasurement } from '../measure/picture.ts';
import { measureUnitPairs } from '../measure/unit-measurement.ts';
import { drawUnits } from '../measure/unit-picture.ts';
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
  readonly units?: boolean;
  readonly images?: number;
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
    .description(
      "Measure a plan's networks, untrained: signals and gradients beside the theory, or pairs of units before and after the noise.",
    )
    .argument('<plan.json>', 'the plan; each of its cells is measured, with its first seed')
    .option('--units', 'pairs of units before and after the noise, in place of signals and gradients')
    .option('--networks <n>', 'initialisations (default: 100, with --units 20)', parseWholeNumber(2, 10_000))
    .option(
      '--pairs <n>',
      'pairs of inputs that each network sees (default: 10), with --units pairs of units of each layer (default: 100)',
      parseWholeNumber(1, 500),
    )
    .option(
      '--images <n>',
      'with --units: training images that each network sees (default: 10000)',
      parseWholeNumber(1, 60_000),
    )
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
    .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
    .addHelpText(
      'after',
      `
Layer by layer: variance q, correlation c, squared gradients of one input and of a pair, and those of the weights; mean,
its standard error, variance over networks, and the mean-field prediction. The graphs are the trainer's own, with the
noise of the technique on. Written as JSON, CSV and a picture. What the options say replaces the plan's "measurement".

With --units, for random pairs of units of each layer over training images, each image with noise of its own, batch norms
with the statistics of the batch: their correlation and mutual information (nats, the bias found by shuffling taken off)
before and after the noise, and the ratios Σ c_before c_after / Σ c_before² and Σ I_after / Σ I_before over the pairs.
The theory of dropout: of units of mean 0, as behind a batch norm, correlations fall to keep of what they were, and of units
that are never 0 informations to keep². A unit with a mean gains more variance, Var after = Var + (1 − keep)/keep · E x²
(in general Var + (s2 − 1) E x², s2 the mean square of the noise), so that correlations fall further: the theory in the table
has the means that were measured. Units that are 0 before the noise, as those of relu, look dropped, and the law of informations
fails. Information is that of 8 bins, the same before and after, and of the value 0.
Written as <id>.units.json, .csv and .svg.

Examples:
  npm run dropline -- measure examples/plans/signals.json
  npm run dropline -- measure plan.json --networks 200 --pairs 1 --read-out quadratic --picture signals.png
  npm run dropline -- measure plan.json --inputs data --read-out cross_entropy
  npm run dropline -- measure examples/plans/units.json --units
  npm run dropline -- measure plan.json --units --images 2000 --networks 5

Exit status: 0 measured, 1 something failed, 2 wrong usage or plan, 130 interrupted.`,
    )
    .action((file: string, options: MeasureOptions, command: Command) =>
      measurePlan(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function measurePlan(file: string, options: MeasureOptions): Promise<void> {
  checkOptions(options);
  const read = await readPlan(file);
  const plan: Plan = { ...read, ...(options.backend !== undefined && { backend: options.backend }) };
  await (options.units ? measurePairs : measureSignals)(file, plan, options);
}

/** Refuses options that would do nothing. */
function checkOptions({ units, images, inputs, cosine, readOut }: MeasureOptions): void {
  const others = { '--inputs': inputs, '--cosine': cosine, '--read-out': readOut };
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (units && other !== undefined)
    throw new Failure(
      `${other} is of signals and gradients: leave it out, or --units. (With --units the inputs are training images.)`,
      EXIT.usage,
    );
  if (!units && images !== undefined)
    throw new Failure(
      '--images is of pairs of units: add --units. (For signals, --inputs data takes training images.)',
      EXIT.usage,
    );
}

async function measureSignals(file: string, read: Plan, options: MeasureOptions): Promise<void> {
  const { networks, pairs, inputs, cosine, readOut: read_out } = options;
  const given = listGiven({ networks, pairs, inputs, cosine, read_out });
  const plan: Plan = { ...read, measurement: measurementOptions.parse({ ...read.measurement, ...given }) };
  await run(file, plan, options, {
    name: 'measurement',
    columns: Object.keys(measurementRow.shape) as (keyof MeasurementRow)[],
    measure: (how) => measure(plan, how),
    draw: drawMeasurement,
    show: lastLayers,
  });
}

async function measurePairs(file: string, plan: Plan, options: MeasureOptions): Promise<void> {
  const { networks, pairs, images } = options;
  const units = unitOptions.parse(listGiven({ networks, pairs, images }));
  await run(file, plan, options, {
    name: 'units',
    columns: Object.keys(unitRow.shape) as (keyof UnitRow)[],
    measure: (how) => measureUnitPairs(plan, units, how),
    draw: drawUnits,
    show: showRatios,
  });
}

/** The options that were given. */
const listGiven = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** What the two kinds of measurement have of their own. */
type Kind<M extends Measurement | UnitMeasurement> = {
  /** of the files: <id>.<name>.json */
  readonly name: string;
  readonly columns: (keyof M['rows'][number])[];
  readonly measure: (how: { readonly workers: number; readonly signal: AbortSignal }) => Promise<M>;
  /** as SVG */
  readonly draw: (measurement: M) => string;
  /** for a look at the terminal */
  readonly show: (measurement: M) => string;
};

/** Measures, and writes JSON, CSV and a picture. */
async function run<M extends Measurement | UnitMeasurement>(
  file: string,
  plan: Plan,
  options: MeasureOptions,
  kind: Kind<M>,
): Promise<void> {
  const base = path.join(options.out, `${plan.id}.${kind.name}`);
  const picture = options.picture ?? `${base}.svg`;
  checkPicture(picture);
  // workers read it from the cache
  await loadPlanData(plan, options.data, say);
  say(describeChoice(plan.backend));
  const workers = options.workers ?? chooseWorkers(plan, say);
  const measurement = await runInterruptibly(
    formatCommand(['npm', 'run', 'dropline', '--', 'measure', file, ...(options.units ? ['--units'] : [])]),
    (signal) => kind.measure({ workers, signal }),
    'Nothing is kept of a measurement. Begin again',
  );
  try {
    await mkdir(options.out, { recursive: true });
    await writeAtomically(`${base}.json`, encodeMeasurement(measurement));
    await writeAtomically(`${base}.csv`, `${csvFormat<M['rows'][number]>(measurement.rows, kind.columns)}\n`);
  } catch (error) {
    throw toFileFailure(`write ${base}.json`, error, 'Choose a folder that can be written with --out.');
  }
  await writePicture(picture, kind.draw(measurement));
  print(
    options,
    { id: plan.id, json: `${base}.json`, csv: `${base}.csv`, picture },
    `${kind.show(measurement)}\nWritten: ${bold(`${base}.json`)}, ${base}.csv, ${picture}`,
  );
}

/** One row a line, as grids are written. */
function encodeMeasurement({ rows, ...rest }: Measurement | UnitMeasurement): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** Rows of a table at the terminal, at most. */
const SHOWN = 24;

/** The ratios of every layer, or where these are many of the last layer of each network. */
function showRatios({ rows }: UnitMeasurement): string {
  const last = rows.filter((_, i) => (rows[i + 1]?.layer ?? 1) === 1);
  const shown = rows.length <= SHOWN ? rows : last;
  const ratio = (row: UnitRow, name: 'correlation' | 'information') => {
    const [value, error, theory] = [
      row[`${name}_ratio`],
      row[`${name}_ratio_error`],
      row[`${name}_ratio_theory`],
    ];
    return `${value?.toFixed(3) ?? '–'} ± ${error?.toFixed(3) ?? '–'} (${theory?.toFixed(3) ?? '–'})`;
  };
  return [
    `Pairs of units after the noise beside before it, measured ± standard error (theory)${shown === rows ? '' : ', last layers'}:`,
    columns([
      ['depth', 'sigma_w2', 'keep', 'layer', 'correlation', 'information'],
      ...shown.map((row) => [
        ...[row.depth, row.sigma_w2, row.keep, row.layer].map(String),
        ratio(row, 'correlation'),
        ratio(row, 'information'),
      ]),
    ]),
  ].join('\n');
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
