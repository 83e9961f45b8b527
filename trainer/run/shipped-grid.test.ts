import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gridSchema } from '../../schemas/grid.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { listSoftware } from './grid-file.ts';
import { digestPlan, readPlan } from './plan.ts';
import { trainCell } from './train-cell.ts';

const file = (path: string) => new URL(`../../fixtures/${path}`, import.meta.url);
const grid = gridSchema.parse(JSON.parse(readFileSync(file('grids/mnist-tanh-keep-095.json'), 'utf8')));

test('the shipped grid is that of the shipped plan and of this software', async () => {
  const plan = await readPlan(file('plans/mnist-tanh-keep-095.json').pathname);
  expect(digestPlan(grid.meta.plan)).toBe(digestPlan(plan));
  expect(grid.meta.software).toEqual(listSoftware(plan));
});

test('a cell of the shipped grid, trained again, gives the same numbers to the last digit', async () => {
  const row = grid.rows.find(({ depth, sigma_w2, seed }) => depth === 5 && sigma_w2 === 2 && seed === 1);
  expect(row?.steps).toBe(1000);
  const { depth, sigma_w2, keep, seed } = row as NonNullable<typeof row>;
  const data = await loadData(mnist, () => {});
  expect(await trainCell(grid.meta.plan, { depth, sigma_w2, keep, seed }, data)).toEqual(row);
});

test('its shallow cells are trained, and its deepest are not', () => {
  const accuracies = (depth: number) =>
    grid.rows.filter((row) => row.depth === depth).map((row) => row.train_accuracy ?? 0);
  expect(Math.min(...accuracies(5))).toBeGreaterThan(0.8);
  expect(Math.max(...accuracies(80))).toBeLessThan(0.3);
});
