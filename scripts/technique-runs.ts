/**
 * Trains every technique with every optimiser on MNIST, and with adam on CIFAR-10: three hidden layers of 100 units, by the
 * plans in fixtures/plans/techniques. Writes fixtures/technique-runs.json and the table in docs/trainer.md.
 *
 *   npm run techniques                         all of them, some minutes
 *   npm run techniques -- tabu adam cifar10    one of them; prints what it reached
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TRAINED_TECHNIQUES, type TrainedTechnique } from '../catalogue/techniques.ts';
import {
  DATA_SET_NAMES,
  type DataSetName,
  OPTIMISER_NAMES,
  type OptimiserName,
} from '../catalogue/training.ts';
import { type Plan, planSchema } from '../schemas/plan.ts';
import { findBackend } from '../trainer/backends/index.ts';
import { loadData } from '../trainer/data/load.ts';
import { DATA_SETS } from '../trainer/data/sources.ts';
import { EXIT } from '../trainer/errors.ts';
import { type Cell, listCells } from '../trainer/run/cells.ts';
import { readPlan } from '../trainer/run/plan.ts';
import { trainCell } from '../trainer/run/train-cell.ts';
import { formatTable, replaceTable } from './tables.ts';

const ROOT = path.dirname(import.meta.dirname);
const PAGE = path.join(ROOT, 'docs', 'trainer.md');
const RUNS = path.join(ROOT, 'fixtures', 'technique-runs.json');

/** What a technique is trained with, and on. */
export type Combination = { technique: TrainedTechnique; optimiser: OptimiserName; data: DataSetName };

/** What it reached. */
export type Run = Combination & {
  test_accuracy: number | null;
  train_accuracy: number | null;
  loss: number | null;
  keep_effective?: readonly (number | null)[];
};

/** All runs, and what they were made with. */
export type Runs = { backend: string; software: Readonly<Record<string, string>>; runs: readonly Run[] };

/** Settings of each optimiser, the same for all techniques. */
const TRAINING: Readonly<Record<OptimiserName, Omit<Plan['training'], 'optimiser' | 'batch' | 'steps'>>> = {
  sgd: { learning_rate: 0.1 },
  momentum: { learning_rate: 0.02 },
  nesterov: { learning_rate: 0.02 },
  rmsprop: { learning_rate: 0.001 },
  adam: { learning_rate: 0.002 },
  adamw: { learning_rate: 0.002, weight_decay: 0.01 },
  novograd: { learning_rate: 0.02, weight_decay: 0.001, schedule: { name: 'cosine' } },
};

/** The combinations of the table: every technique with every optimiser on MNIST, and with adam on CIFAR-10. */
export const COMBINATIONS: readonly Combination[] = TRAINED_TECHNIQUES.flatMap((technique) => [
  ...OPTIMISER_NAMES.map((optimiser): Combination => ({ technique, optimiser, data: 'mnist' })),
  { technique, optimiser: 'adam', data: 'cifar10' },
]);

/**
 * The plan of a combination: that of the technique, with the optimiser's settings and the data set.
 *
 * @example (await planOf({ technique: 'tabu', optimiser: 'sgd', data: 'mnist' })).training.learning_rate // 0.1
 */
export async function planOf({ technique, optimiser, data }: Combination): Promise<Plan> {
  const plan = await readPlan(path.join(ROOT, 'fixtures', 'plans', 'techniques', `mnist-${technique}.json`));
  const { batch, steps } = plan.training;
  return planSchema.parse({
    ...plan,
    id: `${data}-${technique}-${optimiser}`,
    data: { ...plan.data, name: data },
    training: { optimiser, batch, steps, ...TRAINING[optimiser] },
  });
}

/**
 * Trains a combination.
 *
 * @example (await runOf({ technique: 'tabu', optimiser: 'adam', data: 'mnist' })).test_accuracy
 */
export async function runOf(combination: Combination): Promise<Run> {
  const plan = await planOf(combination);
  const data = await loadData(DATA_SETS[combination.data], console.error);
  const row = await trainCell(plan, listCells(plan)[0] as Cell, data);
  const { test_accuracy, train_accuracy, loss, layers } = row;
  return {
    ...combination,
    test_accuracy,
    train_accuracy,
    loss,
    ...(layers?.keep_effective && { keep_effective: layers.keep_effective }),
  };
}

/**
 * The page with the tables of the runs.
 *
 * @param page the page as it is
 * @param runs what was reached
 * @throws where the page has no place for the tables
 */
export function withRuns(page: string, { backend, software, runs }: Runs): string {
  const cell = (technique: string, optimiser: string, data: string) => {
    const run = runs.find(
      (one) => one.technique === technique && one.optimiser === optimiser && one.data === data,
    );
    return run ? percent(run.test_accuracy) : '';
  };
  const header = ['technique', ...OPTIMISER_NAMES, 'adam, cifar10'];
  const rows = TRAINED_TECHNIQUES.map((technique) => [
    `\`${technique}\``,
    ...OPTIMISER_NAMES.map((optimiser) => cell(technique, optimiser, 'mnist')),
    cell(technique, 'adam', 'cifar10'),
  ]);
  const learned = runs.flatMap(({ technique, optimiser, data, keep_effective }) =>
    optimiser === 'adam' && keep_effective && technique !== 'ic'
      ? [[`\`${technique}\``, data, ...keep_effective.slice(1).map((keep) => keep?.toFixed(3) ?? '')]]
      : [],
  );
  const made = `Test accuracy in %, noise off, all 10,000 test images; one seed; back end ${backend} (${Object.entries(
    software,
  )
    .map((one) => one.join(' '))
    .join(', ')}).`;
  const sections = [
    made,
    formatTable(header, rows).join('\n'),
    'The effective keep that was learned, layer by layer, with adam:',
    formatTable(['technique', 'data', 'layer 1', 'layer 2', 'layer 3'], learned).join('\n'),
  ];
  return replaceTable(page, 'techniques', [sections.join('\n\n')]);
}

const percent = (share: number | null) => (share === null ? 'diverged' : (100 * share).toFixed(1));

async function all(): Promise<void> {
  const backend = findBackend('auto');
  const runs: Run[] = [];
  for (const combination of COMBINATIONS) {
    const run = await runOf(combination);
    runs.push(run);
    console.log(Object.values(combination).join(' '), percent(run.test_accuracy));
  }
  const found: Runs = { backend: backend.name, software: backend.software(), runs };
  // one run a line
  const lines = runs.map((run) => `    ${JSON.stringify(run)}`).join(',\n');
  const head = JSON.stringify({ backend: found.backend, software: found.software }, null, 2).slice(0, -2);
  writeFileSync(RUNS, `${head},\n  "runs": [\n${lines}\n  ]\n}\n`);
  writeFileSync(PAGE, withRuns(readFileSync(PAGE, 'utf8'), found));
}

/** Trains the combination that the command line names, by default with adam on MNIST. */
async function one(words: readonly string[]): Promise<void> {
  const [technique, optimiser = 'adam', data = 'mnist'] = words;
  for (const [what, word, known] of [
    ['technique', technique, TRAINED_TECHNIQUES],
    ['optimiser', optimiser, OPTIMISER_NAMES],
    ['data set', data, DATA_SET_NAMES],
  ] as const)
    if (!(known as readonly (string | undefined)[]).includes(word)) {
      console.error(`Unknown ${what} "${word}". Known: ${known.join(', ')}.`);
      process.exitCode = EXIT.usage;
      return;
    }
  console.log(JSON.stringify(await runOf({ technique, optimiser, data } as Combination)));
}

if (import.meta.main) await (process.argv.length > 2 ? one(process.argv.slice(2)) : all());
