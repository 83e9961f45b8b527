import { expect, test } from 'vitest';
import { batchReader } from '../data/batches.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/mnist.ts';
import { initOf } from '../inits/index.ts';
import { fullyConnected, initialValues } from '../networks/fully-connected.ts';
import { optimisers } from '../optimisers/index.ts';
import { stream } from '../random/stream.ts';
import { cellNetwork } from '../run/cell-network.ts';
import { noiseFeeds } from '../run/noise-feeds.ts';
import { smallPlan } from '../testing/plan.ts';
import type { Backend } from './backend.ts';
import { backends } from './index.ts';

const STEPS = 50;
const cell = { depth: 10, sigma_w2: 1.5, keep: 0.95, seed: 1 };
const plan = {
  ...smallPlan,
  network: { ...smallPlan.network, width: 100 },
  training: { optimiser: 'sgd' as const, learning_rate: 0.01, batch: 100, steps: STEPS },
};

/** The losses of a run's steps. */
async function losses(backend: Backend): Promise<number[]> {
  const data = await loadData(mnist, () => {});
  const shape = cellNetwork(plan, cell, data, backend.dialect);
  const trainer = await backend.create(
    {
      name: 'agreement',
      network: fullyConnected(shape),
      optimiser: optimisers.sgd,
      options: plan.training,
      norms: [],
    },
    initialValues(shape, initOf('gaussian', { sigma_w2: 1.5, sigma_b2: 0.05 }), (name) => stream(1, name)),
  );
  const read = batchReader(data, data.train, 100);
  const noise = noiseFeeds(shape.noise, stream(1, 'noise'));
  const found: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const result = await trainer.step({ ...read((i) => step * 100 + i), ...noise() });
    found.push(result.loss);
  }
  await trainer.release();
  return found;
}

test('the back ends have the same losses from the same plan, seed and masks', async () => {
  const [first, ...others] = await Promise.all(Object.values(backends).map(losses));
  expect(first?.at(-1)).toBeLessThan(0.9 * (first?.[0] ?? 0));
  for (const other of others)
    for (const [step, loss] of other.entries())
      expect(Math.abs(loss - (first?.[step] ?? 0)), `step ${step}`).toBeLessThan(1e-5);
});
