import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OPTIMISER_NAMES } from '../../catalogue/training.ts';
import type { Grid } from '../../schemas/grid.ts';
import { GRID_LOOKS } from '../svg/looks.ts';
import { columnAxis } from './columns.ts';
import { entryOf } from './entry.ts';
import { gridOverlays } from './picture.ts';
import { fittedAt } from './predicted.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures');
const read = (file: string) => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));
const grid: Grid = read('grids/mnist-tanh-keep-095.json');
const fitting = { rule: read('depth-rule.json'), statistics: read('data-statistics.json') };

const planned = (plan: object): Grid => ({
  ...grid,
  meta: { ...grid.meta, plan: { ...grid.meta.plan, ...plan } },
});
const changed = (network: object) => planned({ network: { ...grid.meta.plan.network, ...network } });

const at = { sigma_b2: 0.05, keep: 0.95, width: 100, learning_rate: 0.03 };

test('the curves of the rules, the fitted one among them, under the measured frontier', () => {
  const overlays = gridOverlays(grid, 'train_accuracy', fitting);
  expect(overlays.map(({ label }) => label.replace(/[\d.]+ xi_2$/, '…'))).toEqual([
    ...['…', '…', '12 xi_1', 'fitted rule', 'calibrated: …', 'measured: half of the networks train'],
  ]);
  const fitted = overlays.find(({ label }) => label === 'fitted rule')?.points ?? [];
  expect(fitted.map(({ x }) => x)).toEqual(grid.meta.plan.axes.sigma_w2);
  const { x, y } = fitted[2] as (typeof fitted)[number];
  expect(y).toBeCloseTo(fittedAt(grid, { ...at, sigma_w2: x }, fitting)?.depth as number, 10);
});

test('the fitted rule is not drawn over networks of another kind than it was fitted to', () => {
  const { training, evaluation } = grid.meta.plan;
  const isFitted = (one: Grid) =>
    gridOverlays(one, 'train_accuracy', fitting).some(({ label }) => label === 'fitted rule');
  // (numbers beyond those of the fit stretch it)
  const [, steps] = fitting.rule.ranges.steps;
  expect(isFitted(planned({ training: { ...training, steps: 1.2 * steps } }))).toBe(true);
  // (nothing like it was measured)
  expect(isFitted(planned({ training: { ...training, steps: 1e6 * steps } }))).toBe(false);
  // (one that the atlas has not measured, whatever it has by now)
  const optimiser = OPTIMISER_NAMES.find((name) => !(name in fitting.rule.optimisers));
  expect(isFitted(planned({ training: { ...training, optimiser } }))).toBe(false);
  expect(isFitted(planned({ evaluation: { ...evaluation, accuracy_threshold: 0.9 } }))).toBe(false);
  expect(isFitted(changed({ init: 'keras_he_normal' }))).toBe(false);
});

test('a regression has no accuracy, so no frontier: not even one that says that nothing trains', () => {
  const { data } = grid.meta.plan;
  const regression = planned({ data: { ...data, name: 'auto_mpg' } });
  expect(columnAxis(regression)).toBeUndefined();
  expect(gridOverlays(regression, 'train_accuracy', fitting)).toEqual([]);
  expect(entryOf(regression, '').columns).toEqual([]);
  expect(fittedAt(regression, { ...at, sigma_w2: 1 }, fitting)).toBeNull();
});

test('a curve looks the same in every picture, whichever others there are', () => {
  const { evaluation } = grid.meta.plan;
  for (const one of [grid, planned({ evaluation: { ...evaluation, accuracy_threshold: 0.9 } })]) {
    const looks = gridOverlays(one, 'train_accuracy', fitting).map(
      ({ label, look }) => [label.split(':')[0], look] as const,
    );
    const { six_xi_2, twelve_xi_2, twelve_xi_1, fitted, calibrated } = GRID_LOOKS;
    expect(Object.fromEntries(looks)).toEqual({
      '6 xi_2': six_xi_2,
      '12 xi_2': twelve_xi_2,
      '12 xi_1': twelve_xi_1,
      ...(one === grid && { 'fitted rule': fitted }),
      calibrated,
      measured: undefined,
    });
  }
});

test('only what was measured over networks without depth scales', () => {
  const overlays = gridOverlays(changed({ schedule: 'step_early' }), 'train_accuracy', fitting);
  expect(overlays.map(({ kind }) => kind)).toEqual(['points']);
});
