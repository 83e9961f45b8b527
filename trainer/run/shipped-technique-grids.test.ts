import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gridSchema } from '../../schemas/grid.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { digestPlan, readPlan } from './plan.ts';
import { trainCell } from './train-cell.ts';

const file = (path: string) => new URL(`../../fixtures/${path}`, import.meta.url);
const shipped = (id: string) => gridSchema.parse(JSON.parse(readFileSync(file(`grids/${id}.json`), 'utf8')));

describe.each(['mnist-tanh-vsd', 'cifar10-tanh-keep-095'])('%s', (id) => {
  test('is the grid of the shipped plan, and its deepest networks reach less than its shallowest', async () => {
    const grid = shipped(id);
    const plan = await readPlan(file(`plans/${id}.json`).pathname);
    expect(digestPlan(grid.meta.plan)).toBe(digestPlan(plan));
    const mean = (depth: number) => {
      const rows = grid.rows.filter((row) => row.depth === depth);
      return rows.reduce((sum, row) => sum + (row.train_accuracy ?? 0), 0) / rows.length;
    };
    expect(mean(2)).toBeGreaterThan(1.4 * mean(30));
  });
});

test('variational structured dropout learned other noise than it started with, in every network that learned', () => {
  for (const { depth, sigma_w2, layers, train_accuracy } of shipped('mnist-tanh-vsd').rows) {
    const keeps = (layers?.keep_effective ?? []).slice(1) as number[];
    expect(keeps).toHaveLength(depth);
    if ((train_accuracy ?? 0) > 0.8)
      expect(Math.max(...keeps.map((keep) => Math.abs(keep - 0.9))), `${depth} ${sigma_w2}`).toBeGreaterThan(
        0.01,
      );
  }
});

test('a shallow cell of a learned technique, trained again, reaches what the grid has', async () => {
  const { meta, rows } = shipped('mnist-tanh-vsd');
  const before = rows.find((row) => row.depth === 4 && row.sigma_w2 === 1.5) as (typeof rows)[number];
  const plan = { ...meta.plan, backend: 'auto' as const };
  const { depth, sigma_w2, keep, seed } = before;
  const again = await trainCell(plan, { depth, sigma_w2, keep, seed }, await loadData(mnist, () => {}));
  // another processor rounds otherwise: within four standard errors of a share of 10,000 images
  const share = before.test_accuracy as number;
  expect(Math.abs((again.test_accuracy ?? 0) - share)).toBeLessThan(
    4 * Math.sqrt((2 * share * (1 - share)) / 10_000),
  );
});
