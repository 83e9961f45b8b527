import type { Grid } from '../../schemas/grid.ts';

/** A small, valid grid to publish in tests; its numbers are made up and are never shown to a user. */
export function sampleGrid(id = 'sample', loss = 0.5): Grid {
  const cells = [
    [5, 1],
    [5, 2],
    [10, 1],
    [10, 2],
  ] as const;
  return {
    id,
    meta: {
      schema: 'dropline-grid/1',
      plan: {
        schema: 'dropline-plan/1',
        id,
        title: 'A sample, with a comma',
        data: { name: 'mnist', normalisation: 'standard' },
        axes: { depth: [5, 10], sigma_w2: [1, 2] },
        network: {
          activation: 'tanh',
          width: 20,
          sigma_b2: 0.05,
          init: 'gaussian',
          technique: 'bernoulli',
          keep: 0.95,
        },
        training: { optimiser: 'sgd', learning_rate: 0.03, batch: 100, steps: 10 },
        evaluation: { train_images: 100, test_images: 100 },
        seeds: [1],
        backend: 'ort-web-training',
      },
      software: { dropline: '0.1.0' },
      data: {
        name: 'mnist',
        source: 'test',
        integrity: 'sha512-test',
        train_images: 60_000,
        test_images: 10_000,
        mean: 0.1307,
        standard_deviation: 0.3081,
      },
    },
    rows: cells.map(([depth, sigma_w2]) => ({
      depth,
      sigma_w2,
      keep: 0.95,
      seed: 1,
      train_accuracy: 0.9,
      train_accuracy_noisy: 0.8,
      test_accuracy: 0.85,
      loss,
      steps: 10,
      status: 'ok' as const,
      gradient_norm_first: 0.1,
      gradient_norm_last: 1,
    })),
  };
}
