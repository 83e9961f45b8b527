import { expect, test } from 'vitest';
import { MAX_WORK } from './budget.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import { calibration, climb, type Measured, measure } from './testing/work.ts';

/** Queries of each endpoint, the same in every run as far as the count is climbed; `npm run fuzz` asks ten times as many. */
const EACH = 200;
const SEED = 20_261_130;

/** So many times the time of all the work that it may take a request may take. */
const MOST = 1.5;

test('no request takes more time than its work is counted for', async () => {
  // (a process that has just started is slow: what it runs is compiled while it runs)
  for (const { contract } of ENDPOINTS)
    for (const example of contract.examples)
      await measure(`/v1/${contract.name}?${new URLSearchParams(example)}`);
  let evaluation = calibration();
  let asked = 0;
  const slow: (Measured & { readonly times: number })[] = [];
  await climb(SEED, EACH, (one) => {
    if (asked++ % 20 === 0) evaluation = calibration();
    const times = one.time / (evaluation * MAX_WORK);
    if (times > MOST) slow.push({ ...one, times });
    expect(one.counted).toBeLessThanOrEqual(1.2 * MAX_WORK);
  });
  expect(asked).toBeGreaterThan(2000);
  expect(slow).toEqual([]);
}, 600_000);
