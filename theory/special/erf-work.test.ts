import { expect, test } from 'vitest';
import { Meter } from '../work.ts';
import { erf } from './erf.ts';

test.each([
  [0.1, 0],
  [2, 1],
  [2.4, 1],
  [2.6, 3],
  [5.9, 1],
  [7, 0],
])('erf(%d) is counted its terms', (x, least) => {
  const meter = new Meter();
  meter.run(() => erf(x));
  expect(meter.spent).toBeGreaterThanOrEqual(least);
  expect(meter.spent).toBeLessThanOrEqual(least + 1);
});
