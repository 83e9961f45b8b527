import { expect, test } from 'vitest';
import { inThousandths, learningRate } from './schedules.ts';

test('rates rise over the warm-up and fall as the schedule says', () => {
  const at = (schedule: Parameters<typeof learningRate>[0]['schedule'], step: number) =>
    learningRate({ learning_rate: 0.4, steps: 100, schedule }, step);
  expect(at(undefined, 99)).toBe(0.4);
  expect([0, 1, 3, 4, 99].map((step) => at({ name: 'constant', warmup_steps: 4 }, step))).toEqual([
    0.1, 0.2, 0.4, 0.4, 0.4,
  ]);
  expect(at({ name: 'cosine' }, 50)).toBeCloseTo(0.2, 12);
  expect(at({ name: 'cosine' }, 25)).toBeCloseTo(0.2 * (1 + Math.SQRT1_2), 12);
  expect(at({ name: 'poly' }, 50)).toBeCloseTo(0.1, 12);
  expect(at({ name: 'poly', power: 1, end: 0.5 }, 50)).toBeCloseTo(0.3, 12);
  expect(at({ name: 'poly', warmup_steps: 50 }, 75)).toBeCloseTo(0.1, 12);
});

test('a rate in thousandths is the rate to float32', () => {
  for (const rate of [1e-4, 0.03, 0.1, 1, 3]) expect(inThousandths(rate) / rate).toBeCloseTo(1, 6);
});
