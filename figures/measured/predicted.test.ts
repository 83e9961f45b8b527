import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import dataStatistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import depthRule from '../../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../../schemas/depth-rule.ts';
import type { Grid } from '../../schemas/grid.ts';
import type { FittedRule } from '../../theory/index.ts';
import { measuredColumns, trainedBy } from './columns.ts';
import { type Fitting, fittedAt, networkAt, predictedAt } from './predicted.ts';

const network = {
  activation: 'tanh',
  width: 50,
  sigma_b2: 0.05,
  init: 'gaussian',
  technique: 'bernoulli',
} as const;
const at = { sigma_w2: 1.7603915, sigma_b2: 0.05, keep: 0.9, width: 50 };
const training = { optimiser: 'adam', steps: 300, learning_rate: 0.01, batch: 100 } as const;
const gridOf = (own: object, data = 'mnist') =>
  ({
    meta: { plan: { data: { name: data }, network: { ...network, ...own }, training, evaluation: {} } },
  }) as Grid;

test('the prediction is that of the column: its keep, or what stands instead of it', () => {
  // the reference values of docs/theory.md
  expect(predictedAt(gridOf({}), at).xi_2).toBeCloseTo(4.66677247, 6);
  const gaussian = { technique: 'gaussian', noise_variance: 1 / 9 };
  expect(predictedAt(gridOf(gaussian), { ...at, keep: 1 }).xi_2).toBeCloseTo(4.66677247, 6);
});

test('layers that differ, or have skip connections, have no depth scales', () => {
  for (const own of [{ schedule: 'step_early' }, { residual: { carry: 1, branch: 0.5 } }]) {
    expect(networkAt(gridOf(own), at)).toBeNull();
    expect(predictedAt(gridOf(own), at)).toEqual({ xi_1: null, xi_2: null });
    expect(fittedAt(gridOf(own), at, fitting)).toBeNull();
  }
  expect(networkAt(gridOf({ schedule: 'constant' }), at)).not.toBeNull();
});

test("a framework's initialiser has variances of its own, those of the weights times sigma_w2", () => {
  const of = (init: string) => networkAt(gridOf({ init }), { ...at, sigma_w2: 1.5, sigma_b2: 0 });
  expect(of('torch_default')).toMatchObject({ sigma_w2: 0.5, sigma_b2: 1 / 150 });
  expect(of('keras_he_normal')).toMatchObject({ sigma_w2: 3, sigma_b2: 0 });
  expect(of('orthogonal')).toMatchObject({ sigma_w2: 1.5, sigma_b2: 0 });
  // (the gain of the plan in place of √2)
  expect(of('kaiming_normal')).toMatchObject({ sigma_w2: 1.5, sigma_b2: 0 });
});

const rule: FittedRule = {
  form: 'xi_2',
  parameters: { m: 8 },
  spread: 0.2,
  conditions: { data: 'mnist', width: 100, optimiser: 'sgd', steps: 500, init: 'gaussian', trained_at: 0.5 },
  ranges: { keep: [0.9, 1], sigma_w2: [1, 2] },
  names: { activation: ['tanh'], technique: ['bernoulli'] },
  factors: [
    { setting: 'optimiser', value: 'adam', factor: 0.5, low: null, high: null },
    { setting: 'width', value: 50, factor: 0.75, low: null, high: null },
    { setting: 'data', value: 'cifar10', factor: 0.25, low: null, high: null },
  ],
};
const statistics = {
  mnist: { mean_square: 1, cosine_same_class: 0.45, cosine_different_class: 0.28 },
  cifar10: { mean_square: 1, cosine_same_class: 0.09, cosine_different_class: 0.01 },
};
const fitting: Fitting = { rule, statistics };

test('the fitted rule is for what the grid was trained with, and reads its data', () => {
  const xi_2 = predictedAt(gridOf({}), at).xi_2 as number;
  expect(fittedAt(gridOf({}), at, fitting)?.depth).toBeCloseTo(8 * xi_2 * 0.5 * 0.75, 10);
  expect(fittedAt(gridOf({}, 'cifar10'), { ...at, width: 100 }, fitting)?.depth).toBeCloseTo(
    8 * xi_2 * 0.5 * 0.25,
    10,
  );
  // (nobody measured other initialisers: they count as gaussian weights do)
  const outside = (own: object, place: object = {}) =>
    fittedAt(gridOf(own), { ...at, ...place }, fitting)?.outside;
  expect(outside({})).toEqual(['steps']);
  expect(outside({ init: 'orthogonal' })).toEqual(['steps', 'init']);
  expect(outside({ activation: 'relu', technique: 'alpha' })).toEqual(['steps', 'activation', 'technique']);
  expect(outside({}, { keep: 0.8, sigma_w2: 3 })).toEqual(['steps', 'sigma_w2', 'keep']);
  // (without noise all techniques are one)
  expect(outside({ technique: 'none' }, { keep: 1 })).toEqual(['steps']);
  expect(outside({}, { trained_at: 0.25 })).toEqual(['steps', 'trained_at']);
  const trajectory = { statistics, rule: { ...rule, form: 'trajectory', factors: [] } } as const;
  const [mnist, cifar10] = ['mnist', 'cifar10'].map(
    (data) => fittedAt(gridOf({}, data), at, trajectory)?.depth,
  );
  expect(mnist).not.toBeCloseTo(cifar10 as number, 1);
});

test('networks whose variance falls or grows were measured to 3.6 xi_1 by the rule, within its interval', () => {
  const shipped: Fitting = { rule: depthRuleSchema.parse(depthRule), statistics: dataStatistics };
  const reached = ['090', '095', '098'].flatMap((keep) => {
    const file = new URL(`../../fixtures/grids/mnist-relu-keep-${keep}.json`, import.meta.url);
    const grid = JSON.parse(readFileSync(file, 'utf8')) as Grid;
    const columns = measuredColumns(grid, { ...trainedBy(grid.meta.plan), measure: 'train_accuracy' });
    return columns.map((column) => {
      const said = fittedAt(grid, column, shipped);
      expect(column.depth).toBeGreaterThan(said?.low ?? Number.NaN);
      expect(column.depth).toBeLessThan(said?.high ?? Number.NaN);
      return (said?.depth ?? Number.NaN) / (predictedAt(grid, column).xi_1 ?? Number.POSITIVE_INFINITY);
    });
  });
  expect(reached).toHaveLength(9);
  expect(Math.max(...reached)).toBeCloseTo(3.57, 2);
});
