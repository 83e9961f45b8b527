import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BACKEND_NAMES } from '../../catalogue/training.ts';
import type { Measurement, MeasurementRow } from '../../schemas/measurement.ts';
import { gridId, type Plan, planSchema } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import { measure } from '../../trainer/measure/measure.ts';
import { writeAtomically } from '../../trainer/run/files.ts';
import { listSoftware } from '../../trainer/run/grid-file.ts';
import type { RunOptions } from '../../trainer/run/run.ts';

/** The metrics that are kept of a measurement, by its read-out. */
export const KEPT = {
  fixed: ['gradient_1', 'gradient_2', 'weight_abs'],
  quadratic: ['weight_1', 'weight_2', 'weight_abs'],
} as const satisfies Partial<Record<MeasurementOptions['read_out'], readonly string[]>>;

/** A metric that is kept. */
export type KeptMetric = (typeof KEPT)[keyof typeof KEPT][number];

/** Digits that are kept of a number: a tenth of the least standard error. */
const DIGITS = 4;

/**
 * What is kept of the measurements of a plan: a row for each keep, layer and seed, with the mean and the variance of each metric
 * as `dropline measure` gives them. Seeds are groups of networks, from whose spread all standard errors come.
 */
export const gradientRecord = z.strictObject({
  id: gridId,
  meta: z.strictObject({
    schema: z.literal('dropline-gradients/1'),
    plan: planSchema,
    software: z.record(z.string(), z.string()),
    backend: z.enum(BACKEND_NAMES),
    notes: z.array(z.string()),
  }),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.number())).min(1),
});

/** See {@link gradientRecord}. */
export type GradientRecord = z.infer<typeof gradientRecord>;

/**
 * The distances from the read-out that are kept: all up to ten layers, then about every fifth part more.
 * @example listKeptDistances(15) // [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
 */
export function listKeptDistances(depth: number): number[] {
  const found: number[] = [];
  for (let K = 0; K < depth - 1; K += Math.max(1, Math.floor(K / 5))) found.push(K);
  return found;
}

/**
 * The read-out of a plan whose measurement can be kept.
 * @example findReadOut(plan) // 'fixed'
 */
export function findReadOut(plan: Pick<Plan, 'measurement'>): keyof typeof KEPT {
  const read_out = plan.measurement?.read_out ?? 'fixed';
  if (read_out in KEPT) return read_out as keyof typeof KEPT;
  throw new Error(`A gradient record is of a fixed or a quadratic read-out, not of ${read_out}.`);
}

/** The columns of a read-out's record: keep, layer, seed, and the metrics with their variances. */
const columnsOf = (readOut: keyof typeof KEPT): string[] => [
  'keep',
  'layer',
  'seed',
  ...KEPT[readOut].flatMap((name) => [name, `${name}_variance`]),
];

/** The part of a measurement that is kept. */
export function reduceMeasurement({ id, meta, rows }: Measurement): GradientRecord {
  const columns = columnsOf(findReadOut(meta.plan));
  const seed = meta.plan.seeds[0] as number;
  return {
    id,
    meta: { ...meta, schema: 'dropline-gradients/1' },
    columns,
    rows: rows
      .filter(({ depth, layer }) => listKeptDistances(depth).includes(depth - layer))
      .map((row) => columns.map((name) => (name === 'seed' ? seed : rounded(row, name)))),
  };
}

function rounded(row: MeasurementRow, name: string): number {
  const value = row[name as keyof MeasurementRow];
  if (value === null) throw new Error(`${name} of layer ${row.layer} is missing.`);
  return Number(value.toPrecision(DIGITS));
}

/** The records of a plan's seeds as one. */
export function joinRecords(plan: Plan, seeds: readonly GradientRecord[]): GradientRecord {
  const first = seeds[0] as GradientRecord;
  return { ...first, meta: { ...first.meta, plan }, rows: seeds.flatMap(({ rows }) => rows) };
}

/** A record as a file has it, one row a line. */
export function encodeRecord({ rows, ...rest }: GradientRecord): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** A record from its file. */
export function readRecord(folder: string, id: string): GradientRecord | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, `${id}.json`), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return gradientRecord.parse(JSON.parse(text));
}

/** Where records lie, and how they are made. */
export type MeasuredOptions = Pick<RunOptions, 'workers' | 'signal'> & {
  /** folder of the finished records */
  readonly records: string;
  /** folder of seeds that are finished, until all of a plan's are */
  readonly seeds: string;
  /** measure also what is finished */
  readonly again?: boolean | undefined;
  readonly say: (line: string) => void;
};

/**
 * The record of a plan: the one that is there, or one measured now, seed by seed. A seed that an earlier run has
 * finished with the same plan and software is not measured again.
 */
export async function measureRecord(given: Plan, options: MeasuredOptions): Promise<GradientRecord> {
  const { records, seeds, say } = options;
  const plan: Plan = { ...given, measurement: measurementOptions.parse(given.measurement ?? {}) };
  const there = readRecord(records, plan.id);
  if (there && !options.again && isSamePlan(there.meta.plan, plan)) return there;
  const found: GradientRecord[] = [];
  for (const [i, seed] of plan.seeds.entries()) {
    say(`${plan.id}: seed ${i + 1} of ${plan.seeds.length}`);
    found.push(await measureSeed({ ...plan, seeds: [seed] }, options));
  }
  const record = joinRecords(plan, found);
  await write(records, plan.id, record);
  for (const seed of plan.seeds)
    await rm(path.join(seeds, `${seedName(plan.id, seed)}.json`), { force: true });
  return record;
}

async function measureSeed(plan: Plan, options: MeasuredOptions): Promise<GradientRecord> {
  const name = seedName(plan.id, plan.seeds[0] as number);
  const there = readRecord(options.seeds, name);
  if (there && isSamePlan(there.meta.plan, plan) && isSamePlan(there.meta.software, listSoftware(plan)))
    return there;
  const record = reduceMeasurement(await measure(plan, options));
  await write(options.seeds, name, record);
  return record;
}

async function write(folder: string, name: string, record: GradientRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeAtomically(path.join(folder, `${name}.json`), encodeRecord(record));
}

const seedName = (id: string, seed: number) => `${id}.seed-${seed}`;

const isSamePlan = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
