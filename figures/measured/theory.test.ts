import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Grid } from '../../schemas/grid.ts';
import { Meter } from '../../theory/index.ts';
import { measuredColumns, trainedBy } from './columns.ts';
import { gridOverlays } from './picture.ts';
import { fittedAt, predictedAt } from './predicted.ts';
import { columnTheory, curvePlaces, curveTheory } from './theory.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures');
const read = (file: string) => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));
const grid: Grid = read('grids/mnist-tanh-keep-095.json');
const fitting = { rule: read('depth-rule.json'), statistics: read('data-statistics.json') };
const columns = measuredColumns(grid, trainedBy(grid.meta.plan));

test('the theory of a column is that of its network', () => {
  columnTheory(grid, columns, fitting).forEach((one, i) => {
    const column = columns[i] as (typeof columns)[number];
    const { xi_1, xi_2 } = predictedAt(grid, column);
    const fitted = fittedAt(grid, column, fitting);
    expect(one).toEqual({ xi_1, xi_2, fitted: { depth: fitted?.depth, outside: fitted?.outside } });
  });
});

test('the curve goes from the first measured column to the last', () => {
  const places = curvePlaces(grid, columns);
  expect([places[0]?.sigma_w2, places.at(-1)?.sigma_w2]).toEqual([1, 4]);
  const curve = curveTheory(grid, columns);
  expect(curve.map((one) => one?.xi_2)).toEqual(places.map((place) => predictedAt(grid, place).xi_2));
});

test('a picture is the same from what was kept, which is JSON', () => {
  const theory = { columns: columnTheory(grid, columns, fitting), curve: curveTheory(grid, columns) };
  const kept = JSON.parse(JSON.stringify({ columns, theory }));
  expect(gridOverlays(grid, 'train_accuracy', fitting, kept)).toEqual(
    gridOverlays(grid, 'train_accuracy', fitting),
  );
});

test('what is given up is null, its fitted depth alone is left out', () => {
  const none = { attempt: () => null };
  expect(new Set(columnTheory(grid, columns, fitting, none))).toEqual(new Set([null]));
  expect(new Set(curveTheory(grid, columns, none))).toEqual(new Set([null]));
  let asked = 0;
  const scalesOnly = { attempt: <T>(ask: () => T) => (asked++ % 2 === 0 ? ask() : null) };
  for (const one of columnTheory(grid, columns, fitting, scalesOnly)) {
    expect(one?.xi_2).toEqual(expect.any(Number));
    expect(one).not.toHaveProperty('fitted');
  }
});

test('fits are counted, and take the same work every time', () => {
  const work = () => {
    const meter = new Meter();
    meter.run(() => measuredColumns(grid, trainedBy(grid.meta.plan)));
    return meter.spent;
  };
  expect(work()).toBeGreaterThan(1000 * columns.length);
  expect(work()).toBe(work());
});
