import { beforeAll, expect, test } from 'vitest';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/mnist.ts';
import { smallPlan } from '../testing/plan.ts';
import { trainCell } from './train-cell.ts';

let data: DataSet;
beforeAll(async () => {
  data = await loadData(mnist, () => {});
}, 120_000);

const cell = { depth: 3, sigma_w2: 1.5, keep: 0.95, seed: 1 };

test('a network of three hidden layers learns MNIST', async () => {
  const plan = {
    ...smallPlan,
    network: { ...smallPlan.network, width: 50 },
    training: { optimiser: 'sgd' as const, learning_rate: 0.1, batch: 100, steps: 400 },
    evaluation: { train_images: 1000, test_images: 2000 },
  };
  const steps: number[] = [];
  const row = await trainCell(plan, cell, data, (done) => steps.push(done));
  expect(row).toMatchObject({ ...cell, status: 'ok', steps: 400 });
  expect(row.test_accuracy).toBeGreaterThan(0.85);
  expect(row.train_accuracy).toBeGreaterThan(0.85);
  expect(row.loss).toBeLessThan(0.5);
  // masks cost some accuracy, not all of it
  expect(row.train_accuracy_noisy).toBeGreaterThan(0.8);
  expect(row.train_accuracy_noisy).not.toBe(row.train_accuracy);
  expect(row.gradient_norm_first).toBeGreaterThan(0);
  expect(row.gradient_norm_last).toBeGreaterThan(0);
  expect([steps[0], steps.at(-1)]).toEqual([1, 400]);
});

test('the same cell gives the same row, another seed another one', async () => {
  const once = await trainCell(smallPlan, cell, data);
  expect(await trainCell(smallPlan, cell, data)).toEqual(once);
  const other = await trainCell(smallPlan, { ...cell, seed: 2 }, data);
  expect(other.loss).not.toBe(once.loss);
});

test('without noise the two training accuracies are the same', async () => {
  const row = await trainCell(smallPlan, { ...cell, keep: 1 }, data);
  expect(row.train_accuracy_noisy).toBe(row.train_accuracy);
});

test('a network whose loss leaves the finite numbers stops there, without accuracies', async () => {
  const plan = {
    ...smallPlan,
    network: { ...smallPlan.network, activation: 'relu' as const },
    training: { ...smallPlan.training, learning_rate: 100 },
  };
  const row = await trainCell(plan, { ...cell, sigma_w2: 100 }, data);
  expect(row.status).toBe('diverged');
  expect(row.steps).toBeLessThan(smallPlan.training.steps);
  expect([row.train_accuracy, row.train_accuracy_noisy, row.test_accuracy, row.loss]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(JSON.parse(JSON.stringify(row))).toEqual(row);
});
