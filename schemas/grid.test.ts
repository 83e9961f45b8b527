import { expect, test } from 'vitest';
import { settingsOf } from './grid.ts';
import type { Plan } from './plan.ts';

const plan: Plan = {
  schema: 'dropline-plan/1',
  id: 'one',
  title: 'One',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [2, 4], sigma_w2: [1, 2] },
  network: {
    activation: 'tanh',
    width: 20,
    sigma_b2: 0.05,
    init: 'gaussian',
    technique: 'bernoulli',
    keep: 0.9,
    noise_on_input: true,
    schedule: 'step_early',
    residual: { carry: 1, branch: 0.5 },
  },
  training: {
    optimiser: 'sgd',
    learning_rate: 0.03,
    batch: 100,
    steps: 10,
    schedule: { name: 'cosine', end: 0.1 },
    stop: { accuracy: 0.9 },
  },
  evaluation: { train_images: 100, test_images: 100 },
  seeds: [1],
  backend: 'auto',
};

test('the names and numbers that are not axes', () => {
  expect(settingsOf(plan)).toEqual({
    ...{ data: 'mnist', activation: 'tanh', width: 20, sigma_b2: 0.05, init: 'gaussian' },
    ...{ technique: 'bernoulli', keep: 0.9, schedule: 'step_early', carry: 1, branch: 0.5 },
    ...{ optimiser: 'sgd', learning_rate: 0.03, batch: 100, steps: 10, rate_schedule: 'cosine' },
    accuracy_threshold: 0.5,
  });
});

test('what a plan does not say is not there, but for what counts as trained', () => {
  const { schedule: _, residual: __, ...network } = plan.network;
  const { schedule: ___, ...training } = plan.training;
  const settings = settingsOf({
    ...plan,
    network,
    training,
    evaluation: { ...plan.evaluation, accuracy_threshold: 0.25 },
  });
  for (const name of ['schedule', 'carry', 'branch', 'rate_schedule'])
    expect(settings).not.toHaveProperty(name);
  expect(settings.accuracy_threshold).toBe(0.25);
});

test('the operations of a block are one text', () => {
  const network: Plan['network'] = { ...plan.network, ops: ['norm', 'activation', 'noise', 'linear'] };
  expect(settingsOf({ ...plan, network }).ops).toBe('norm activation noise linear');
});
