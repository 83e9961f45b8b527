/**
 * What each technique reaches with each optimiser on each data set, three hidden layers of 100 units; writes its table of
 * docs/trainer.md.
 *
 *   npm run bench:learning
 *   npm run bench:learning -- --data mnist --techniques gaussian
 */
import { parseArgs } from 'node:util';
import { OPTIMISERS, TECHNIQUE_NUMBERS, TRAINED_TECHNIQUES } from '../schemas/names.ts';
import type { Plan } from '../schemas/plan.ts';
import { DATA_SETS } from '../trainer/data/index.ts';
import { loadData } from '../trainer/data/load.ts';
import { trainCell } from '../trainer/run/train-cell.ts';
import { smallPlan } from '../trainer/testing/plan.ts';
import { writeTable } from './table.ts';

/** A learning rate that suits each optimiser here. */
const RATES: Record<(typeof OPTIMISERS)[number], number> = {
  sgd: 0.1,
  momentum: 0.02,
  nesterov: 0.02,
  rmsprop: 0.0005,
  adam: 0.001,
  adamw: 0.001,
  novograd: 0.01,
};
const STEPS = 1500;

const names = Object.keys(DATA_SETS) as (keyof typeof DATA_SETS)[];
const { values: only } = parseArgs({
  options: { data: { type: 'string' }, techniques: { type: 'string' }, optimisers: { type: 'string' } },
});
const chosen = <Name extends string>(all: readonly Name[], list: string | undefined) =>
  all.filter((name) => list === undefined || list.split(',').includes(name));
const optimisers = chosen(OPTIMISERS, only.optimisers);
const lines = [
  `| data | technique | ${optimisers.join(' | ')} |`,
  `| --- | --- | ${optimisers.map(() => '---:').join(' | ')} |`,
];
for (const name of chosen(names, only.data)) {
  const data = await loadData(DATA_SETS[name], console.error);
  for (const technique of chosen(TRAINED_TECHNIQUES, only.techniques)) {
    const keep = TECHNIQUE_NUMBERS[technique].keep === 'refused' ? 1 : 0.9;
    const accuracies: string[] = [];
    for (const optimiser of optimisers) {
      const plan: Plan = {
        ...smallPlan,
        data: { ...smallPlan.data, name },
        network: { ...smallPlan.network, width: 100, technique },
        training: {
          optimiser,
          learning_rate: RATES[optimiser],
          batch: 100,
          steps: STEPS,
          schedule: { name: 'cosine' },
        },
        evaluation: { train_images: 1000, test_images: 10_000 },
        backend: 'auto',
      };
      const row = await trainCell(plan, { depth: 3, sigma_w2: 1.5, keep, seed: 1 }, data);
      accuracies.push(row.test_accuracy === null ? 'diverged' : `${(row.test_accuracy * 100).toFixed(1)} %`);
    }
    lines.push(`| ${name} | ${technique} | ${accuracies.join(' | ')} |`);
    console.log(lines.at(-1));
  }
}
if (Object.keys(only).length === 0) writeTable('learning', lines, 'trainer.md');
