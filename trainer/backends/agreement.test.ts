import { expect, test } from 'vitest';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { losses } from '../testing/losses.ts';
import { smallPlan } from '../testing/plan.ts';
import { listAvailableBackends } from './index.ts';

const cell = { depth: 10, sigma_w2: 1.5, keep: 0.95, seed: 1 };
const plan = {
  ...smallPlan,
  network: { ...smallPlan.network, width: 100 },
  training: { optimiser: 'sgd' as const, learning_rate: 0.01, batch: 100, steps: 50 },
};

test('the back ends have the same losses from the same plan, seed and masks', async () => {
  const data = await loadData(mnist, () => {});
  const [first, ...others] = await Promise.all(
    listAvailableBackends().map((backend) => losses(backend, plan, cell, data)),
  );
  expect(first?.at(-1)).toBeLessThan(0.9 * (first?.[0] ?? 0));
  for (const other of others)
    for (const [step, loss] of other.entries())
      expect(Math.abs(loss - (first?.[step] ?? 0)), `step ${step}`).toBeLessThan(1e-5);
});
