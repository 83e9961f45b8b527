import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { GridRow } from '../../schemas/grid.ts';
import type { DataSet } from '../data/data-set.ts';
import { Failure } from '../errors.ts';
import { listCells, toCellKey } from '../run/cells.ts';
import { encodeGrid } from '../run/grid-file.ts';
import { smallPlan } from '../testing/plan.ts';
import { parseGrid } from './read-grid.ts';

const plan = { ...smallPlan, axes: { depth: [1], sigma_w2: [1, 2] } };
const images = { count: 10, pixels: new Uint8Array(), labels: new Uint8Array() };
const data: DataSet = {
  pixelsPerImage: 784,
  classes: 10,
  train: images,
  test: images,
  mean: [0.1307],
  standardDeviation: [0.3081],
};
const rows = listCells(plan).map(
  (cell, i): GridRow => ({
    ...cell,
    train_accuracy: 0.91 - i / 10,
    train_accuracy_noisy: 0.1,
    test_accuracy: 0.2,
    loss: 2.3 + i / 7,
    steps: 40,
    status: 'ok',
    gradient_norm_first: 3e-7,
    gradient_norm_last: null,
  }),
);
const bytes = Buffer.from(encodeGrid(plan, new Map(rows.map((row) => [toCellKey(row), row])), data));
const silent = (line: string) => {
  throw new Error(`said: ${line}`);
};

test('a grid with any bit flipped is refused, or says the same', () => {
  const whole = parseGrid(bytes, 'grid', silent);
  let same = 0;
  for (let at = 0; at < bytes.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ (1 << bit);
      try {
        expect(parseGrid(altered, 'grid', silent), `bit ${bit} of byte ${at}`).toEqual(whole);
        same++;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
  // 3E-7 for 3e-7, and a last digit of a loss that is rounded away
  expect(same).toBeLessThan(10);
});

test('another layout of the same grid is the same grid; another number says what to do', () => {
  const value = JSON.parse(bytes.toString());
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(value).reverse()), null, 7);
  expect(parseGrid(Buffer.from(reversed), 'grid', silent)).toEqual(parseGrid(bytes, 'grid', silent));
  value.rows[1].loss += 1e-9;
  expect(() => parseGrid(Buffer.from(JSON.stringify(value)), 'x/grid.json', silent)).toThrow(
    /^x\/grid\.json was altered after it was written.*Take another copy.*nothing is trained anew/,
  );
});

test('a grid without one is taken, and that is said once; those that ship have one', () => {
  const said: string[] = [];
  const shipped = readFileSync(new URL('../../fixtures/grids/mnist-unseen-width.json', import.meta.url));
  expect(parseGrid(shipped, 'grid', (line) => said.push(line)).rows.length).toBeGreaterThan(0);
  expect(said).toEqual([]);
  const { sha256: _, ...bare } = JSON.parse(shipped.toString());
  const text = Buffer.from(JSON.stringify(bare));
  expect(parseGrid(text, 'grid', (line) => said.push(line)).rows.length).toBeGreaterThan(0);
  expect(said).toEqual([expect.stringContaining('grid carries no checksum')]);
});
