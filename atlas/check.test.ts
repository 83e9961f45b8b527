import { expect, test } from 'vitest';
import type { Grid } from '../schemas/grid.ts';
import { backends } from '../trainer/backends/index.ts';
import { loadData } from '../trainer/data/load.ts';
import { mnist } from '../trainer/data/sources.ts';
import { listCells } from '../trainer/run/cells.ts';
import { trainCell } from '../trainer/run/train-cell.ts';
import { smallPlan } from '../trainer/testing/plan.ts';
import { type Checked, checkGrids, formatChecked, isShifted, judgeCell, summarise } from './check.ts';

const isUntrained = ({ train_accuracy }: { train_accuracy: number | null }) => (train_accuracy ?? 0) < 0.5;

const options = { share: 1, seed: 1, signal: new AbortController().signal, say: () => {} };

test('cells that are trained again are the same, and one that was changed is found out', async () => {
  expect(Object.keys(backends)).toContain(smallPlan.backend);
  const data = await loadData(mnist, () => {});
  const plan = { ...smallPlan, axes: { depth: [1], sigma_w2: [1.5] }, seeds: [1, 2] };
  const rows = await Promise.all(listCells(plan).map((cell) => trainCell(plan, cell, data)));
  const grid = { id: plan.id, meta: { plan }, rows } as unknown as Grid;
  const checked = await checkGrids([grid], options);
  expect(checked.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
  expect(summarise(checked)).toContain(
    '2 cells: 2 the same in every number, 0 within the range of the seeds of their cell or 0.02 beside it, 0 within twice that range, 0 off; 0 on another side',
  );

  const wrong = { ...grid, rows: rows.map((row) => ({ ...row, train_accuracy: 0.99 })) };
  const found = await checkGrids([wrong], options);
  expect(found.map(({ verdict }) => verdict)).toEqual(['off', 'off']);
  expect(found.filter(({ changed }) => changed)).toHaveLength(rows.filter(isUntrained).length);
  expect(formatChecked(found)[0]).toMatch(/^off {9}99\.0 +\d+\.\d {2}small, depth 1, sigma_w2 1\.5, keep/);
  // one cell at the least, and others with another draw
  expect(await checkGrids([grid], { ...options, share: 1e-9 })).toHaveLength(1);
}, 120_000);

test('near is what the seeds of the cell are to each other', () => {
  const row = (seed: number, train_accuracy: number) => ({
    depth: 1,
    sigma_w2: 1,
    keep: 1,
    seed,
    train_accuracy,
  });
  const rows = [row(1, 0.5), row(2, 0.6), row(3, 0.55)];
  const grid = { rows } as unknown as Grid;
  const verdict = (accuracy: number) => judgeCell(grid, rows[0] as never, row(1, accuracy) as never);
  expect([0.5, 0.619, 0.481, 0.71, 0.73].map(verdict)).toEqual(['same', 'inside', 'inside', 'near', 'off']);
});

test('in WebAssembly near is not enough; many small differences in one direction are found out', () => {
  const row = (train_accuracy: number) =>
    ({ depth: 1, sigma_w2: 1, keep: 1, seed: 1, train_accuracy }) as never;
  const grid = { rows: [row(0.5)] } as unknown as Grid;
  expect(judgeCell(grid, row(0.5), row(0.501), true)).toBe('off');
  expect(judgeCell(grid, row(0.5), row(0.501))).toBe('inside');
  const cells = (by: (i: number) => number) =>
    Array.from(
      { length: 20 },
      (_, i) => ({ shipped: row(0.5), again: row(0.5 + by(i)) }) as unknown as Checked,
    );
  expect(isShifted(cells(() => 0.01))).toBe(true);
  expect(isShifted(cells((i) => (i % 2 ? 0.2 : -0.2)))).toBe(false);
  expect(isShifted(cells(() => 0.01).slice(0, 5))).toBe(false);
});
