import { expect, test } from 'vitest';
import { createBatchNorm } from './batch-norm.ts';

// (its gradients, running statistics and evaluations: blocks.test.ts)

test('it starts from gamma 1 and beta 0, and from no batches', () => {
  const { parameters, states } = createBatchNorm({ number: 3, units: 2, batch: 10 });
  const shown = [...parameters, ...states].map(({ name, data }) => [name, [...data]]);
  expect(shown).toEqual([
    ['norm 3 gamma', [1, 1]],
    ['norm 3 beta', [0, 0]],
    ['norm 3 mean', [0, 0]],
    ['norm 3 variance', [1, 1]],
    ['norm 3 batches', [0]],
  ]);
});
