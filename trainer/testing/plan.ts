import type { Plan } from '../../schemas/plan.ts';

/** A plan that runs in about a second a cell; a test changes what it is about. */
export const smallPlan: Plan = {
  schema: 'dropline-plan/1',
  id: 'small',
  title: 'small',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [1, 2, 3], sigma_w2: [1, 2] },
  network: {
    activation: 'tanh',
    width: 20,
    sigma_b2: 0.05,
    init: 'gaussian',
    technique: 'bernoulli',
    keep: 0.9,
  },
  training: { optimiser: 'sgd', learning_rate: 0.05, batch: 50, steps: 40 },
  evaluation: { train_images: 100, test_images: 100 },
  seeds: [1],
  backend: 'ort-web-training',
};
