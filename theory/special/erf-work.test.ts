import { expect, test } from 'vitest';
import { Meter } from '../work.ts';
import { erf } from './erf.ts';

test.each([
  [0.1, 0],
  [2, 4],
  [2.4, 4],
  [2.6, 6],
  [5.9, 2],
  [7, 0],
])('erf(%d) is counted its terms', (x, evaluations) => {
  const meter = new Meter();
  meter.run(() => erf(x));
  expect(meter.spent).toBe(evaluations);
});
