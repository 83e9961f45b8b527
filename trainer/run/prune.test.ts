import { expect, test } from 'vitest';
import { pruneWeights } from './prune.ts';

const value = (name: string, ...data: number[]) => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
});

test('the smallest weights of each matrix are set to 0, and nothing else is', () => {
  const values = [
    value('W1', 1, -3, 2, 4),
    value('b1', 0.1, 0.2),
    value('W2', -5, 6),
    value('norm 1 gamma', 1),
  ];
  const [w1, b1, w2, gamma] = pruneWeights(values, 0.5);
  expect([...(w1?.data ?? [])]).toEqual([0, -3, 0, 4]);
  expect(w2?.data).toEqual(Float32Array.of(0, 6));
  expect(b1).toBe(values[1]);
  expect(gamma).toBe(values[3]);
  // what was given is as it was
  expect(values[0]?.data).toEqual(Float32Array.of(1, -3, 2, 4));
});

test('of equal weights the first go, and their number is rounded down', () => {
  const [w] = pruneWeights([value('W1', 1, 1, 1, 1, 1)], 0.5);
  expect([...(w?.data ?? [])]).toEqual([0, 0, 1, 1, 1]);
  expect([...(pruneWeights([value('W1', 1, 2, 3)], 0.3)[0]?.data ?? [])]).toEqual([1, 2, 3]);
});
