import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../../schemas/plan.ts';
import { measurementOptions } from '../../schemas/plan-options.ts';
import { measure } from '../../trainer/measure/measure.ts';
import { writeAtomically } from '../../trainer/run/files.ts';
import { listSoftware } from '../../trainer/run/grid-file.ts';
import type { RunOptions } from '../../trainer/run/run.ts';
import { encodeRecord, type GradientRecord, joined, readRecord, reduced } from './record.ts';

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
 *
 * @param given the plan; `networks` of its measurement are those of each seed
 * @param options where and how
 * @returns the record, which is in its file by then
 * @throws Failure as `measure`
 * @example (await measuredRecord(plan, { workers: 1, signal, records: 'fixtures/measurements', seeds: 'runs/gradients', say })).rows
 */
export async function measuredRecord(given: Plan, options: MeasuredOptions): Promise<GradientRecord> {
  const { records, seeds, say } = options;
  const plan: Plan = { ...given, measurement: measurementOptions.parse(given.measurement ?? {}) };
  const there = readRecord(records, plan.id);
  if (there && !options.again && same(there.meta.plan, plan)) return there;
  const found: GradientRecord[] = [];
  for (const [i, seed] of plan.seeds.entries()) {
    say(`${plan.id}: seed ${i + 1} of ${plan.seeds.length}`);
    found.push(await measuredSeed({ ...plan, seeds: [seed] }, options));
  }
  const record = joined(plan, found);
  await write(records, plan.id, record);
  for (const seed of plan.seeds)
    await rm(path.join(seeds, `${seedName(plan.id, seed)}.json`), { force: true });
  return record;
}

async function measuredSeed(plan: Plan, options: MeasuredOptions): Promise<GradientRecord> {
  const name = seedName(plan.id, plan.seeds[0] as number);
  const there = readRecord(options.seeds, name);
  if (there && same(there.meta.plan, plan) && same(there.meta.software, listSoftware(plan))) return there;
  const record = reduced(await measure(plan, options));
  await write(options.seeds, name, record);
  return record;
}

async function write(folder: string, name: string, record: GradientRecord): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeAtomically(path.join(folder, `${name}.json`), encodeRecord(record));
}

const seedName = (id: string, seed: number) => `${id}.seed-${seed}`;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
