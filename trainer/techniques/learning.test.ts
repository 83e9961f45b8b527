import { beforeAll, expect, test } from 'vitest';
import { TECHNIQUE_NUMBERS } from '../../schemas/names.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/mnist.ts';
import { trainCell } from '../run/train-cell.ts';
import { smallPlan } from '../testing/plan.ts';
import { techniques } from './index.ts';

let data: DataSet;
beforeAll(async () => {
  data = await loadData(mnist, () => {});
}, 120_000);

test.each(
  Object.keys(techniques) as (keyof typeof techniques)[],
)('with %s three hidden layers learn MNIST past 90 %', async (technique) => {
  const plan: Plan = {
    ...smallPlan,
    network: { ...smallPlan.network, width: 50, technique },
    training: { optimiser: 'adam', learning_rate: 0.003, batch: 100, steps: 400 },
    evaluation: { train_images: 1000, test_images: 2000 },
    backend: 'auto',
  };
  const keep = TECHNIQUE_NUMBERS[technique].keep === 'refused' ? 1 : 0.9;
  const row = await trainCell(plan, { depth: 3, sigma_w2: 1.5, keep, seed: 1 }, data);
  expect(row.test_accuracy).toBeGreaterThan(0.9);
  expect(row.train_accuracy_noisy === row.train_accuracy).toBe(keep === 1);
});
