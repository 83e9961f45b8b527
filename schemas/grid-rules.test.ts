import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { gridSchema } from './grid.ts';
import { rowFaults } from './grid-rules.ts';

const SHIPPED = path.join(import.meta.dirname, '..', 'fixtures', 'grids');
const read = (file: string) => JSON.parse(readFileSync(path.join(SHIPPED, file), 'utf8'));

it('holds for every network that was trained for the shipped grids', () => {
  let rows = 0;
  for (const file of readdirSync(SHIPPED)) {
    const grid = read(file);
    for (const row of grid.rows) expect(rowFaults(row, grid.meta.plan), file).toEqual([]);
    rows += grid.rows.length;
  }
  expect(rows).toBeGreaterThan(5000);
});

it.each([
  ['steps', { steps: 1001 }],
  ['steps', { steps: 999 }],
  ['train_accuracy', { train_accuracy: null }],
  ['train_accuracy', { train_accuracy: 0.94501 }],
  ['train_accuracy_noisy', { train_accuracy_noisy: 0.1234567 }],
  ['test_accuracy', { test_accuracy: 0.94255 }],
  ['loss', { loss: null }],
  ['loss', { loss: -0.1 }],
  ['loss', { status: 'diverged' }],
  ['first_step_25', { first_step_25: 1001 }],
  ['first_step_50', { first_step_25: 5, first_step_50: 4 }],
  ['first_step_50', { first_step_25: null, first_step_50: 4 }],
])('refuses a row with a wrong %s: %j', (member, change) => {
  const grid = read('mnist-tanh-keep-095.json');
  Object.assign(grid.rows[3], change);
  const { error } = gridSchema.safeParse(grid);
  expect(error?.issues.map((issue) => issue.path.join('/'))).toContain(`rows/3/${member}`);
});

it('asks regressions for no accuracy, and lets their losses be below 0', () => {
  const { meta, rows } = read('mnist-tanh-keep-095.json');
  const plan = { ...meta.plan, data: { ...meta.plan.data, name: 'auto_mpg' } };
  const none = { train_accuracy: null, train_accuracy_noisy: null, test_accuracy: null };
  const faults = (change: object) =>
    rowFaults({ ...rows[3], ...none, ...change }, plan).map(({ member }) => member);
  expect(faults({ loss: -0.1, test_nll: -1 })).toEqual([]);
  expect(faults({ loss: null })).toEqual(['loss']);
  expect(faults({ test_accuracy: 0.5 })).toEqual(['test_accuracy']);
  // and of classes
  expect(rowFaults({ ...rows[3], test_nll: -1 }, meta.plan).map(({ member }) => member)).toEqual([
    'test_nll',
  ]);
});

it('refuses other data, and another back end, than the plan has', () => {
  const grid = read('mnist-tanh-keep-095.json');
  grid.meta.data.name = 'cifar10';
  grid.meta.backend = 'ort-node';
  const { error } = gridSchema.safeParse(grid);
  expect(error?.issues.map((issue) => issue.path.join('/'))).toEqual(['meta/data/name', 'meta/backend']);
});
