/** A comparison of two arms, two trials each, that is trained in a moment. */
export const smallComparison = {
  ...{ schema: 'dropline-comparison/1', id: 'small-comparison', title: 'A small comparison' },
  compares: 'techniques',
  plan: {
    data: { name: 'mnist', normalisation: 'standard', validation_images: 100 },
    network: { activation: 'relu', width: 8, depth: 2, sigma_w2: 2, sigma_b2: 0, init: 'gaussian' },
    training: { optimiser: 'sgd', batch: 10, steps: 20 },
    evaluation: { train_images: 50, test_images: 100 },
  },
  backend: 'ort-web-training',
  arms: [
    {
      name: 'none',
      network: { technique: 'none' },
      trials: [{ training: { learning_rate: 0.1 } }, { training: { learning_rate: 0.05 } }],
    },
    {
      name: 'bernoulli',
      network: { technique: 'bernoulli' },
      trials: [
        { network: { keep: 0.9 }, training: { learning_rate: 0.1 } },
        { network: { keep: 0.5 }, training: { learning_rate: 0.05 } },
      ],
    },
  ],
  tuning: { seeds: [11] },
  seeds: [1, 2],
};
