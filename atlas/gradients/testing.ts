import type { Plan } from '../../schemas/plan.ts';
import { type GradientRecord, KEPT, listKeptDistances } from './record.ts';

/** A plan of small networks, two seeds of two; a test changes what it is about. */
export const smallGradients: Plan = {
  schema: 'dropline-plan/1',
  id: 'small-fixed',
  title: 'small',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [30], keep: [0.8, 1] },
  network: {
    activation: 'tanh',
    width: 20,
    sigma_w2: 1.4,
    sigma_b2: 0.1,
    init: 'gaussian',
    technique: 'bernoulli',
  },
  training: { optimiser: 'sgd', learning_rate: 0.03, batch: 100, steps: 100 },
  evaluation: { train_images: 1000, test_images: 1000 },
  seeds: [1, 2],
  measurement: { networks: 2, pairs: 2, inputs: 'gaussian', cosine: 0.5, read_out: 'fixed' },
  backend: 'auto',
};

/**
 * A record whose every metric is what a function gives, the seeds apart by so many parts of it.
 *
 * @example exactRecord(smallGradients, (keep, K) => 0.9 ** K, 0.01)
 */
export function exactRecord(
  plan: Plan,
  value: (keep: number, K: number, name: string) => number,
  apart = 0,
): GradientRecord {
  const depth = (plan.axes.depth as number[])[0] as number;
  const metrics = KEPT[plan.measurement?.read_out as keyof typeof KEPT];
  return {
    id: plan.id,
    meta: {
      schema: 'dropline-gradients/1',
      plan,
      software: { dropline: '0' },
      backend: 'ort-web-training',
      notes: [],
    },
    columns: ['keep', 'layer', 'seed', ...metrics.flatMap((name) => [name, `${name}_variance`])],
    rows: plan.seeds.flatMap((seed, i) =>
      (plan.axes.keep as number[]).flatMap((keep) =>
        listKeptDistances(depth).map((K) => [
          keep,
          depth - K,
          seed,
          ...metrics.flatMap((name) => {
            const mean = value(keep, K, name) * (1 + apart * i);
            return [mean, 0.1 * mean * mean];
          }),
        ]),
      ),
    ),
  };
}
