import { beforeAll, expect, test } from 'vitest';
import { gridSchema } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import type { Feeds, Trainer } from '../backends/backend.ts';
import { formatAccuracies } from '../cli/train.ts';
import { loadData } from '../data/load.ts';
import type { RowData } from '../data/row-set.ts';
import { autoMpg } from '../data/sources.ts';
import { toSearchPlan } from '../frontier/column-search.ts';
import { toCellKey } from './cells.ts';
import { encodeGrid } from './grid-file.ts';
import { checkPlan } from './plan.ts';
import { measureRegression } from './regression.ts';
import { loadPlanData } from './run.ts';
import { trainCell } from './train-cell.ts';

let data: RowData;
beforeAll(async () => {
  data = await loadData(autoMpg, () => {});
}, 120_000);

const plan: Plan = {
  ...{ schema: 'dropline-plan/1', id: 'cars', title: 'cars' },
  data: { name: 'auto_mpg', normalisation: 'standard', validation_images: 56 },
  axes: { depth: [2], keep: [0.9] },
  network: {
    ...{ activation: 'relu', width: 20, sigma_w2: 2, sigma_b2: 0, init: 'gaussian', technique: 'bernoulli' },
  },
  training: { optimiser: 'adam', learning_rate: 0.003, batch: 28, steps: 300 },
  evaluation: { train_images: 252, test_images: 84, uncertainty: { passes: 5 } },
  seeds: [9001],
  backend: 'ort-web-training',
};
const cell = { depth: 2, sigma_w2: 2, keep: 0.9, seed: 9001 };

/** RMSE and NLL of the training rows' mean and variance: what is predicted without a network. */
function predictMean() {
  const { mean, standardDeviation } = data.target;
  const squares = data.test.targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / data.test.count;
  const nll = Math.log(2 * Math.PI) / 2 + Math.log(standardDeviation) + squares / standardDeviation ** 2 / 2;
  return { rmse: Math.sqrt(squares), nll };
}

test('a small network predicts the consumption of cars far better than their mean does', async () => {
  const shown: (number | null)[] = [];
  const row = await trainCell(plan, cell, data, ({ accuracy }) => shown.push(accuracy));
  const { rmse, nll } = predictMean();
  expect(rmse).toBeGreaterThan(7);
  expect(row).toMatchObject({ status: 'ok', train_accuracy: null, train_accuracy_noisy: null });
  expect(row.test_accuracy).toBeNull();
  for (const name of ['test_rmse', 'average_rmse', 'validation_rmse'] as const) {
    expect(row[name]).toBeLessThan(0.6 * rmse);
    expect(row[name]).toBeGreaterThan(1);
  }
  for (const name of ['loss', 'test_nll', 'average_nll', 'validation_loss'] as const)
    expect(row[name]).toBeLessThan(nll - 0.3);
  expect(row.average_nll).not.toBe(row.test_nll);
  expect(
    Object.keys(row).filter((name) => /brier|ece|auroc|validation_accuracy|average_acc/.test(name)),
  ).toEqual([]);
  expect(new Set(shown)).toEqual(new Set([null]));

  // the same again, and a grid of it is a grid
  expect(await trainCell(plan, cell, data)).toEqual(row);
  const grid = gridSchema.parse(JSON.parse(encodeGrid(plan, new Map([[toCellKey(cell), row]]), data)));
  expect(grid.meta.data).toMatchObject({
    train_images: 308,
    target: { standard_deviation: data.target.standardDeviation },
  });
  expect(formatAccuracies(grid)).toContain('Test RMSE, noise off');
}, 60_000);

test('the scores by densities are those of the loss', async () => {
  // the training rows as test rows, all of them: the loss of the graph is taken over the same
  const same = { ...data, test: data.train };
  const whole: Plan = {
    ...plan,
    data: { name: 'auto_mpg', normalisation: 'standard' },
    training: { ...plan.training, steps: 40 },
    evaluation: { train_images: 308, test_images: 308, uncertainty: { passes: 1 } },
  };
  const none = {
    ...whole,
    network: { ...whole.network, technique: 'none' as const },
    axes: { depth: [2], sigma_b2: [0] },
  };
  const row = await trainCell(none, { ...cell, keep: 1, sigma_b2: 0 }, same);
  expect(row.test_nll).toBeCloseTo(row.loss as number, 5);
  // without noise all passes are the same
  expect(row.average_nll).toBe(row.test_nll);
  expect(row.average_rmse).toBeCloseTo(row.test_rmse as number, 5);
});

test('scores by hand: passes that are one above and one below', async () => {
  const rows = {
    ...{ numbersPerRow: 1, mean: [0], standardDeviation: [1], target: { mean: 0, standardDeviation: 2 } },
    test: { count: 2, inputs: Float64Array.of(3, 5), targets: Float64Array.of(3, 5) },
  } as unknown as RowData;
  let pass = 0;
  const shift = (images: Float32Array, by: number) => ({ loss: 0, logits: images.map((x) => x + by) });
  const trainer = {
    evaluate: async ({ images }: Feeds) => shift(images as Float32Array, 2),
    evaluateNoisy: async ({ images }: Feeds) => shift(images as Float32Array, pass++ % 2 ? 1 : -1),
    values: async () => [{ name: 'log_variance', shape: [1], data: Float32Array.of(Math.log(0.25)) }],
  } as unknown as Trainer;
  const asked = { trainer, data: rows, batch: 2, rows: 2, passes: 2, noise: () => ({}) };
  const found = await measureRegression(asked);
  // a variance of 4 times a quarter
  const constant = Math.log(2 * Math.PI) / 2;
  expect(found.test_nll).toBeCloseTo(constant + 2, 6);
  expect(found.average_nll).toBeCloseTo(constant + 0.5, 6);
  expect(found.average_rmse).toBeCloseTo(0, 6);
  const broken = { ...trainer, evaluate: async () => ({ loss: 0, logits: Float32Array.of(1, Infinity) }) };
  expect(await measureRegression({ ...asked, trainer: broken as unknown as Trainer, passes: 0 })).toEqual({
    ...{ test_nll: null, average_nll: null, average_rmse: null },
  });
});

test('a course has no accuracies, and its losses are those of the targets in their own unit', async () => {
  const short = { ...plan, training: { ...plan.training, steps: 20 } };
  const evaluation = { ...plan.evaluation, course: { every: 10, last_steps: 2 } };
  const { course, loss } = await trainCell({ ...short, evaluation }, cell, data);
  expect(course?.step).toEqual([1, 10, 20]);
  expect(course?.accuracy).toEqual([null, null, null]);
  expect(course?.loss_off?.at(-1)).toBeCloseTo(loss as number, 3);
});

test('what there is of classes only is refused, in words', () => {
  const check = (change: object) => () => checkPlan({ ...plan, ...change }, 'It');
  const evaluation = plan.evaluation;
  expect(check({})).not.toThrow();
  for (const [change, message] of [
    [
      { training: { ...plan.training, stop: { accuracy: 0.9 } } },
      '#/training/stop/accuracy  auto_mpg is for regression: its networks have no accuracy. Leave accuracy out.',
    ],
    [{ evaluation: { ...evaluation, details: true } }, '#/evaluation/details  auto_mpg is for regression'],
    [{ evaluation: { ...evaluation, prune: [0.5] } }, '#/evaluation/prune  auto_mpg is for regression'],
    [{ evaluation: { ...evaluation, accuracy_threshold: 0.5 } }, '#/evaluation/accuracy_threshold  auto_mpg'],
    [
      { evaluation: { ...evaluation, uncertainty: { passes: 1, out_of_distribution: 'mnist' } } },
      'there is no other data set of such rows',
    ],
    [{ search: {} }, '#/search  auto_mpg is for regression'],
    [{ measurement: {} }, '#/measurement  auto_mpg is for regression'],
    [
      { evaluation: { ...evaluation, test_images: 112 } },
      '#/evaluation/test_images  auto_mpg has 84 test rows.',
    ],
    [{ evaluation: { ...evaluation, train_images: 308 } }, '252 rows of auto_mpg are trained on.'],
    [
      { data: { ...plan.data, validation_images: 308 } },
      'auto_mpg has 308 training rows: 308 held out leave 0.',
    ],
  ] as const)
    expect(check(change)).toThrow(message);
  expect(() => toSearchPlan(plan)).toThrow('there is no frontier to search');
  return expect(loadPlanData(plan, undefined, () => {})).rejects.toThrow('Name a data set of images');
});
