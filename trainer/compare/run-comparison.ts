import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { BackendName } from '../../catalogue/training.ts';
import {
  type ComparedRow,
  type Comparison,
  type ComparisonResult,
  comparedRow,
  comparisonResultSchema,
} from '../../schemas/comparison.ts';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { describeChoice, findBackend } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { takeLock, writeAtomically } from '../run/files.ts';
import { computeChecksum, describeData, formatRows, listSoftware } from '../run/grid-file.ts';
import { type JournalFormat, readJournal } from '../run/journal.ts';
import { Queue } from '../run/pool.ts';
import {
  loadTrainingData,
  locateRunFiles,
  type RunOptions,
  type Shard,
  selectShard,
  withJournal,
} from '../run/run.ts';
import { createTrainTask, type TrainTask, throwIfFailed, trainCells } from '../run/run-plan.ts';
import { cellWith, digestComparison, type ResolvedArm, resolveArms } from './comparison.ts';

/** A network of a comparison. */
type Entrant = { readonly arm: string; readonly trial: number; readonly seed: number };

const toKey = ({ arm, trial, seed }: Entrant): string => `${arm} ${trial} ${seed}`;

/** What a run of a comparison came to. */
export type CompareOutcome = {
  /** Undefined for a shard, whose networks are in its journal. */
  readonly result: ComparisonResult | undefined;
  readonly file: string;
  readonly journal: string;
};

/**
 * Trains the networks of a comparison, from where an earlier run of it left off: each arm's trials with the tuning seeds, then the
 * trial that did best on the images held out with the seeds that are reported.
 *
 * @param comparison which networks
 * @param options as for a plan; a shard has some of the arms
 */
export async function runComparison(
  comparison: Comparison,
  options: RunOptions & { shard?: Shard },
): Promise<CompareOutcome> {
  const { out, shard, say, signal } = options;
  const places = locateRunFiles(comparison, out, shard);
  const resolved = resolveArms(comparison);
  const arms = shard ? selectShard(resolved, shard, estimateArm) : resolved;
  const [plan] = (resolved[0] as ResolvedArm).plans as [Plan];
  const format = createFormat(comparison, resolved);
  return withJournal(format, places, options, async (journal) => {
    const data = await loadTrainingData(plan, options.data, say);
    if (!shard)
      for (const row of await readShards(comparison, out, format)) journal.rows.set(toKey(row), row);
    const searches = arms.map((arm) => new ArmRun(comparison, arm, journal.rows));
    const open = searches.flatMap((arm) => arm.next());
    if (open.length > 0) {
      const all = searches.flatMap((arm) => arm.tasks());
      const left = all.filter(({ key }) => !journal.rows.has(key)).length;
      const workers = Math.min(options.workers, left);
      if (left < all.length) say(`Continuing: ${all.length - left} of ${all.length} networks are finished.`);
      say(
        `Training ${left} networks of the comparison "${comparison.id}"${shard ? `, shard ${shard.index} of ${shard.of}` : ''}, ${workers} at a time.`,
      );
      say(describeChoice(comparison.backend));
      const failed = await trainArms(searches, open, journal, { signal }, workers);
      throwIfFailed(failed, journal.rows.size + failed.length, signal, 'result');
    }
    if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
    const where = { file: places.grid, journal: places.journal };
    if (shard) return { ...where, result: undefined };
    const result = makeResult(comparison, searches, journal.rows, describeData(plan, data), plan);
    await writeAtomically(places.grid, result.text);
    return { ...where, result: result.value };
  });
}

/** The work of an arm beside that of the others: all trials and seeds. */
const estimateArm = ({ plans }: ResolvedArm): number =>
  plans.reduce((sum, plan) => sum + createTrainTask(plan, cellWith(plan, 0)).cost, 0);

function createFormat(comparison: Comparison, arms: readonly ResolvedArm[]): JournalFormat<ComparedRow> {
  const { id, seeds, tuning } = comparison;
  const [plan] = (arms[0] as ResolvedArm).plans as [Plan];
  const all = [...(tuning?.seeds ?? []), ...seeds];
  return {
    header: {
      journal: 'dropline-journal/1',
      id,
      plan: digestComparison(comparison),
      software: listSoftware(plan),
    },
    key: toKey,
    keys: new Set(
      arms.flatMap(({ name, plans }) =>
        plans.flatMap((_, trial) => all.map((seed) => toKey({ arm: name, trial, seed }))),
      ),
    ),
    parse: (content) => comparedRow.safeParse(content).data,
  };
}

/**
 * What shards of a comparison have trained, in the same folder.
 *
 * @throws Failure while one of them is at work: its networks would be trained twice
 */
async function readShards(
  { id }: Comparison,
  out: string,
  format: JournalFormat<ComparedRow>,
): Promise<ComparedRow[]> {
  const files = (await readdir(out)).filter((name) =>
    new RegExp(`^${id}\\.shard-\\d+-of-\\d+\\.journal\\.jsonl$`).test(name),
  );
  const rows: ComparedRow[] = [];
  for (const name of files.sort()) {
    const release = await takeLock(path.join(out, name.replace('.journal.jsonl', '.lock')));
    rows.push(...(await readJournal(path.join(out, name), format)).rows.values());
    await release();
  }
  return rows;
}

/** One arm on its way: which of its networks are trained next, and which trial was chosen. */
class ArmRun {
  readonly name: string;
  readonly #comparison: Comparison;
  readonly #plans: readonly Plan[];
  readonly #rows: ReadonlyMap<string, ComparedRow>;
  readonly #given = new Set<string>();
  readonly #tasks = new Map<string, TrainTask>();

  constructor(comparison: Comparison, { name, plans }: ResolvedArm, rows: ReadonlyMap<string, ComparedRow>) {
    this.name = name;
    this.#comparison = comparison;
    this.#plans = plans;
    this.#rows = rows;
  }

  /** The trial that is reported: the best of those tried; undefined while some are open, and where nothing is tuned. */
  get chosen(): number | undefined {
    const { tuning } = this.#comparison;
    if (this.#plans.length === 1) return 0;
    if (!tuning) return undefined;
    const scores = this.#plans.map((_, trial) => {
      const rows = tuning.seeds.map((seed) => this.#rows.get(toKey({ arm: this.name, trial, seed })));
      return rows.includes(undefined) ? undefined : scoreTrial(rows as ComparedRow[], tuning.by);
    });
    if (scores.includes(undefined)) return undefined;
    return scores.indexOf(Math.max(...(scores as number[])));
  }

  /** All networks of the arm that are known by now, finished ones included; those to be reported are of trial 0 until one is chosen. */
  tasks(): TrainTask[] {
    return [...this.#tuningTasks(), ...this.#reportedTasks(this.chosen ?? 0)];
  }

  /** The networks that can be trained now and were not given before. */
  next(): TrainTask[] {
    const { report } = this.#comparison;
    const chosen = this.chosen;
    const known = [
      ...this.#tuningTasks(),
      ...(report === 'all' || chosen !== undefined ? this.#reportedTasks(chosen ?? 0) : []),
    ];
    const open = known.filter(({ key }) => !this.#given.has(key) && !this.#rows.has(key));
    for (const { key } of open) this.#given.add(key);
    return open;
  }

  #tuningTasks(): TrainTask[] {
    const { tuning } = this.#comparison;
    if (!tuning || this.#plans.length === 1) return [];
    return this.#plans.flatMap((_, trial) => tuning.seeds.map((seed) => this.#task(trial, seed)));
  }

  #reportedTasks(chosen: number): TrainTask[] {
    const { report, seeds } = this.#comparison;
    const trials = report === 'all' ? this.#plans.keys() : [chosen];
    return [...trials].flatMap((trial) => seeds.map((seed) => this.#task(trial, seed)));
  }

  /** The task of a network, made once: progress asks for all of them several times a second. */
  #task(trial: number, seed: number): TrainTask {
    const key = toKey({ arm: this.name, trial, seed });
    const known = this.#tasks.get(key);
    if (known) return known;
    const plan = this.#plans[trial] as Plan;
    const name = `${this.name}, trial ${trial}, seed ${seed}`;
    const task = createTrainTask(plan, cellWith(plan, seed), { key, name });
    this.#tasks.set(key, task);
    return task;
  }
}

/** How good a trial is: the mean over its networks; a network that diverged makes it the worst there is. */
function scoreTrial(rows: readonly ComparedRow[], by: 'validation_accuracy' | 'validation_loss'): number {
  const values = rows.map((row) => row[by] ?? null);
  if (values.includes(null)) return Number.NEGATIVE_INFINITY;
  const mean = (values as number[]).reduce((sum, one) => sum + one, 0) / values.length;
  return by === 'validation_loss' ? -mean : mean;
}

async function trainArms(
  arms: readonly ArmRun[],
  open: readonly TrainTask[],
  journal: { readonly rows: ReadonlyMap<string, ComparedRow>; append(row: ComparedRow): Promise<void> },
  options: Pick<RunOptions, 'signal'>,
  workers: number,
): Promise<string[]> {
  const queue = new Queue<TrainTask>();
  let waiting = open.length;
  queue.add(open);
  const settle = (key: string, more: boolean) => {
    const arm = arms.find(({ name }) => key.startsWith(`${name} `)) as ArmRun;
    const next = more ? arm.next() : [];
    queue.add(next);
    waiting += next.length - 1;
    if (waiting === 0) queue.close();
  };
  return trainCells(
    {
      journal: {
        rows: journal.rows,
        append: (row: GridRow, { key }) => {
          const [arm, trial] = key.split(' ') as [string, string];
          return journal.append({ arm, trial: Number(trial), ...row });
        },
      },
      queue,
      tasks: () => arms.flatMap((arm) => arm.tasks()),
      finished: ({ key }) => settle(key, true),
      failed: ({ key }) => settle(key, false),
    },
    options,
    workers,
  );
}

function makeResult(
  comparison: Comparison,
  arms: readonly ArmRun[],
  rows: ReadonlyMap<string, ComparedRow>,
  data: ComparisonResult['meta']['data'],
  plan: Plan,
): { value: ComparisonResult; text: string } {
  const { id } = comparison;
  const meta: ComparisonResult['meta'] = {
    schema: 'dropline-comparison-result/1',
    comparison,
    software: listSoftware(plan),
    ...(comparison.backend === 'auto' && { backend: findBackend(comparison.backend).name as BackendName }),
    data,
  };
  const chosen = Object.fromEntries(
    arms.flatMap(({ name, chosen: trial }) => (trial === undefined ? [] : [[name, trial]])),
  );
  const list = arms.flatMap((arm) => arm.tasks().map(({ key }) => rows.get(key) as ComparedRow));
  const value = comparisonResultSchema.parse({
    ...{ id, sha256: computeChecksum({ id, meta, chosen, rows: list }), meta, chosen },
    rows: list,
  });
  const { rows: finished, ...head } = value;
  return { value, text: formatRows(head, finished) };
}
