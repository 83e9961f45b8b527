import { beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../schemas/plan.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { smallPlan } from '../testing/plan.ts';
import { trainCell } from './train-cell.ts';
import { TrainingHistory } from './training-history.ts';

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
  const row = await trainCell(plan, cell, data, ({ steps: done }) => steps.push(done));
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

test('where the plan asks, a row tells how training went and where the data start', async () => {
  const plan = {
    ...smallPlan,
    training: { optimiser: 'sgd' as const, learning_rate: 0.1, batch: 50, steps: 150 },
    evaluation: { ...smallPlan.evaluation, details: true },
  };
  const row = await trainCell(plan, cell, data);
  expect(row.first_step_25).toBeLessThan(row.first_step_50 as number);
  expect(row.first_step_50).toBeLessThan(150);
  expect(row.train_accuracy_last).toBeGreaterThan(0.5);
  // sigma_w2 times the mean square of the pixels, 1, plus sigma_b2; the width of 20 spreads it
  expect(row.q0).toBeGreaterThan(1);
  expect(row.q0).toBeLessThan(2.2);
  expect(row.c0).toBeGreaterThan(0.1);
  expect(row.c0).toBeLessThan(0.7);
});

test('training stops at a target accuracy, and at a loss beyond the limit', async () => {
  const training = { optimiser: 'sgd' as const, learning_rate: 0.1, batch: 50, steps: 400 };
  const early = await trainCell(
    { ...smallPlan, training: { ...training, stop: { accuracy: 0.4 } } },
    cell,
    data,
  );
  expect(early.status).toBe('ok');
  expect(early.steps).toBeLessThan(400);
  expect(early.train_accuracy).toBeGreaterThan(0.3);
  const limit = { ...smallPlan, training: { ...training, stop: { loss: 1 } } };
  expect(await trainCell(limit, cell, data)).toMatchObject({
    status: 'diverged',
    steps: 0,
    train_accuracy: null,
  });
});

test('a cell has the same result whether its learning rate is an axis or fixed', async () => {
  const once = await trainCell(smallPlan, cell, data);
  const { learning_rate, ...training } = smallPlan.training;
  const plan = { ...smallPlan, axes: { depth: [3], learning_rate: [0.05] }, training };
  expect(await trainCell(plan, { ...cell, learning_rate: 0.05 }, data)).toEqual({
    ...once,
    learning_rate: 0.05,
  });
});

test('the first steps at a quarter and at half are kept, and the last ten batches are averaged', () => {
  const course = new TrainingHistory();
  expect(course.details()).toEqual({ train_accuracy_last: null, first_step_25: null, first_step_50: null });
  for (const accuracy of [0.1, 0.25, 0.1, 0.49, 0.5, 0.2]) course.add(accuracy);
  expect(course.details()).toMatchObject({ first_step_25: 2, first_step_50: 5 });
  expect(course.last).toBeCloseTo(1.64 / 6, 12);
  expect(course.reached(0.1), 'not before there are ten').toBe(false);
  for (let i = 0; i < 10; i++) course.add(i % 2);
  expect(course.details()).toEqual({ train_accuracy_last: 0.5, first_step_25: 2, first_step_50: 5 });
  expect([course.reached(0.5), course.reached(0.51)]).toEqual([true, false]);
});

test('a course, images held out, and pruning, where the plan asks for them', async () => {
  const plan: Plan = {
    ...smallPlan,
    data: { ...smallPlan.data, validation_images: 100 },
    evaluation: {
      ...smallPlan.evaluation,
      course: { every: 15, last_steps: 3 },
      prune: [0.01, 0.9],
      uncertainty: { passes: 2, out_of_distribution: 'mnist' },
    },
  };
  const row = await trainCell(plan, cell, data, () => {}, data);
  expect(row.course?.step).toEqual([1, 15, 30, 40]);
  for (const name of ['loss', 'accuracy', 'loss_off', 'gradient_norm'])
    expect(row.course?.[name]).toHaveLength(4);
  // the last entry was taken when training was over
  expect(row.course?.loss_off?.at(-1)).toBeCloseTo(row.loss as number, 4);
  expect(row.loss_spread).toBeGreaterThan(0);
  expect(Math.abs((row.loss_mean as number) - (row.loss as number))).toBeLessThan(
    5 * (row.loss_spread as number),
  );
  expect((row.validation_accuracy as number) * 100).toBeCloseTo(
    Math.round((row.validation_accuracy as number) * 100),
    9,
  );
  expect(row.pruned_accuracy).toHaveLength(2);
  expect(Math.abs((row.pruned_accuracy?.[0] as number) - (row.test_accuracy as number))).toBeLessThan(0.1);
  // the same images on both sides cannot be told apart with the noise off
  expect(row.auroc_off).toBe(0.5);
  // what is measured besides does not change how the network is trained
  const { test_accuracy, loss } = await trainCell({ ...smallPlan, data: plan.data }, cell, data);
  expect({ test_accuracy, loss }).toEqual({ test_accuracy: row.test_accuracy, loss: row.loss });
});

test('images held out are not trained on', async () => {
  const few = (train_images: number, validation_images?: number): Plan => ({
    ...smallPlan,
    data: { ...smallPlan.data, train_images, ...(validation_images && { validation_images }) },
  });
  // without train_images: all but the last 59,900
  const held = await trainCell(
    { ...smallPlan, data: { ...smallPlan.data, validation_images: 59_900 } },
    cell,
    data,
  );
  const { validation_accuracy, validation_loss, ...rest } = held;
  expect(rest).toEqual(await trainCell(few(100), cell, data));
  expect(validation_accuracy).toBeGreaterThan(0);
  expect(validation_loss).toBeGreaterThan(0);
});

test('with common random numbers networks of a seed start alike, whatever their keep', async () => {
  const first = async (common: boolean, keep: number) => {
    const training = { ...smallPlan.training, steps: 1, common_random_numbers: common };
    const evaluation = { ...smallPlan.evaluation, details: true };
    return (await trainCell({ ...smallPlan, training, evaluation }, { ...cell, keep }, data)).q0;
  };
  expect(await first(true, 0.9)).toBe(await first(true, 0.5));
  expect(await first(false, 0.9)).not.toBe(await first(false, 0.5));
});
