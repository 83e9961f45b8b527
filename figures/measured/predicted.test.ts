import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import dataStatistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import depthRule from '../../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../../schemas/depth-rule.ts';
import type { Grid } from '../../schemas/grid.ts';
import { type FittedRule, type Network, readPlainLayer } from '../../theory/index.ts';
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

test('layers that differ, or have skip connections or other operations, have no depth scales', () => {
  for (const own of [
    { schedule: 'step_early' },
    { residual: { carry: 1, branch: 0.5 } },
    { ops: ['norm', 'activation', 'noise', 'linear'] },
    // (in the order of an IC layer, of which there is a theory, but no measurement with this technique)
    { ops: ['activation', 'norm', 'noise', 'linear'] },
  ]) {
    expect(networkAt(gridOf(own), at)).toBeNull();
    expect(predictedAt(gridOf(own), at)).toEqual({ xi_1: null, xi_2: null });
    expect(fittedAt(gridOf(own), at, fitting)).toBeNull();
  }
  expect(networkAt(gridOf({ schedule: 'constant' }), at)).not.toBeNull();
});

test("a framework's initialiser has variances of its own, those of the weights times sigma_w2", () => {
  const of = (init: string) =>
    readPlainLayer(networkAt(gridOf({ init }), { ...at, sigma_w2: 1.5, sigma_b2: 0 }) as Network);
  expect(of('torch_default')).toMatchObject({ sigma_w2: 0.5, sigma_b2: 1 / 150 });
  expect(of('keras_he_normal')).toMatchObject({ sigma_w2: 3, sigma_b2: 0 });
  expect(of('orthogonal')).toMatchObject({ sigma_w2: 1.5, sigma_b2: 0 });
  // (the gain of the plan in place of √2)
  expect(of('kaiming_normal')).toMatchObject({ sigma_w2: 1.5, sigma_b2: 0 });
});

const rule: FittedRule = {
  form: 'xi_2',
  parameters: { m: 8 },
  optimisers: {
    sgd: { normalised: false, rate: 1, rates: [0.003, 0.1], usual: [0.003, 0.03] },
    adam: { normalised: true, rate: 30, rates: [0.0001, 0.003], usual: [0.0003, 0.001] },
  },
  ...{ spread: 0.2, spread_per_distance: 0.1, far: 2, measured: [] },
  conditions: {
    data: 'mnist',
    width: 100,
    optimiser: 'sgd',
    steps: 500,
    init: 'gaussian',
    accuracy_threshold: 0.5,
  },
  ranges: { width: [50, 400] },
  names: { technique: ['bernoulli'] },
  factors: [{ setting: 'data', value: 'cifar10', factor: 0.25, low: null, high: null }],
};
const statistics = {
  mnist: { mean_square: 1, cosine_same_class: 0.45, cosine_different_class: 0.28 },
  cifar10: { mean_square: 1, cosine_same_class: 0.09, cosine_different_class: 0.01 },
  fashion_mnist: { mean_square: 1, cosine_same_class: 0.6, cosine_different_class: 0.2 },
};
const fitting: Fitting = { rule, statistics };

test('the fitted rule is for what the grid was trained with, and reads its data', () => {
  const xi_2 = predictedAt(gridOf({}), at).xi_2 as number;
  expect(fittedAt(gridOf({}), at, fitting)?.depth).toBeCloseTo(8 * xi_2, 10);
  expect(fittedAt(gridOf({}, 'cifar10'), at, fitting)?.depth).toBeCloseTo(8 * xi_2 * 0.25, 10);
  // (nobody measured other initialisers: they count as gaussian weights do)
  const outside = (own: object, place: object = {}) =>
    fittedAt(gridOf(own), { ...at, ...place }, fitting)?.outside;
  expect(outside({})).toEqual(['steps', 'learning_rate']);
  expect(outside({}, { learning_rate: 0.001 })).toEqual(['steps']);
  expect(outside({ init: 'orthogonal' })).toEqual(['steps', 'init', 'learning_rate']);
  expect(outside({ technique: 'alpha' })).toEqual(['steps', 'technique', 'learning_rate']);
  expect(outside({}, { width: 800 })).toEqual(['steps', 'width', 'learning_rate']);
  // (without noise all techniques are one)
  expect(outside({ technique: 'none' }, { keep: 1 })).toEqual(['steps', 'learning_rate']);
  expect(outside({}, { accuracy_threshold: 0.25 })).toEqual(['steps', 'accuracy_threshold', 'learning_rate']);
  const trajectory = { statistics, rule: { ...rule, form: 'trajectory', factors: [] } } as const;
  const [mnist, cifar10] = ['mnist', 'cifar10'].map(
    (data) => fittedAt(gridOf({}, data), at, trajectory)?.depth,
  );
  expect(mnist).not.toBeCloseTo(cifar10 as number, 1);
});

test('learning rate, steps, batch and optimiser of a grid go to the rule', () => {
  const shipped: Fitting = { rule: depthRuleSchema.parse(depthRule), statistics: dataStatistics };
  const depth = (own: object, place: object = {}) => {
    const grid = gridOf({});
    const trained = {
      ...grid.meta.plan.training,
      optimiser: 'sgd',
      learning_rate: 0.003,
      steps: 500,
      ...own,
    };
    const { meta } = grid;
    return fittedAt(
      { ...grid, meta: { ...meta, plan: { ...meta.plan, training: trained } } } as Grid,
      { ...at, width: 100, ...place },
      shipped,
    );
  };
  const plain = depth({});
  expect(plain?.learning_rate).toBe(0.003);
  // (where the rate is an axis, that of the column)
  expect(depth({}, { learning_rate: 0.01 })?.depth).toBeGreaterThan(plain?.depth as number);
  expect(depth({ learning_rate: 0.01 })?.depth).toBe(depth({}, { learning_rate: 0.01 })?.depth);
  expect(depth({ steps: 1500 })?.depth).toBeGreaterThan(plain?.depth as number);
  expect(depth({ batch: 400 })?.outside).toContain('batch');
  expect(depth({ optimiser: 'adam', learning_rate: 0.001 })?.depth).not.toBeCloseTo(
    plain?.depth as number,
    2,
  );
});

test('networks whose variance falls or grows train to within the interval of the rule', () => {
  const shipped: Fitting = { rule: depthRuleSchema.parse(depthRule), statistics: dataStatistics };
  const columns = ['090', '095', '098'].flatMap((keep) => {
    const file = new URL(`../../fixtures/grids/mnist-relu-keep-${keep}.json`, import.meta.url);
    const grid = JSON.parse(readFileSync(file, 'utf8')) as Grid;
    return measuredColumns(grid, { ...trainedBy(grid.meta.plan), measure: 'train_accuracy' }).map(
      (column) => ({ column, said: fittedAt(grid, column, shipped) }),
    );
  });
  expect(columns).toHaveLength(9);
  const inside = columns.filter(
    ({ column: { depth }, said }) => said && depth && said.low < depth && depth < said.high,
  );
  // (an interval of 95 %)
  expect(inside.length).toBeGreaterThanOrEqual(8);
});

test('the images of a step share the mask of dropconnect, and the rule was fitted to masks of their own', () => {
  const grid = gridOf({ technique: 'dropconnect' });
  expect(networkAt(grid, at)?.mask).toBe('shared');
  expect(predictedAt(grid, at).xi_2).toBeGreaterThan(predictedAt(gridOf({}), at).xi_2 as number);
  expect(fittedAt(grid, at, fitting)).toBeNull();
});
