import { expect, test } from 'vitest';
import type { Grid } from '../../schemas/grid.ts';
import { predictedAt } from './predicted.ts';

const network = {
  activation: 'tanh',
  width: 50,
  sigma_b2: 0.05,
  init: 'gaussian',
  technique: 'bernoulli',
} as const;
const at = { sigma_w2: 1.7603915, sigma_b2: 0.05, keep: 0.9 };
const gridOf = (own: object) => ({ meta: { plan: { network: { ...network, ...own } } } }) as Grid;

test('the prediction is that of the column: its keep, or what stands instead of it', () => {
  // the reference values of docs/theory.md
  expect(predictedAt(gridOf({}), at).xi_2).toBeCloseTo(4.66677247, 6);
  const gaussian = { technique: 'gaussian', noise_variance: 1 / 9 };
  expect(predictedAt(gridOf(gaussian), { ...at, keep: 1 }).xi_2).toBeCloseTo(4.66677247, 6);
});
