import { expect, test } from 'vitest';
import { MAX_WORK } from '../answers/effort.ts';
import { ACTIVATIONS, Meter } from '../theory/index.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import {
  calibration,
  climb,
  type Measured,
  MOST_TIME,
  measure,
  processorTime,
  shareOf,
} from './testing/work.ts';

/** Queries of each endpoint, the same in every run as far as the count is climbed; `npm run fuzz` asks ten times as many. */
const EACH = 225;
const SEED = 20_261_130;

test('no request takes more time than its work is counted for', async () => {
  // (a process that has just started is slow: what it runs is compiled while it runs)
  for (const { contract } of ENDPOINTS)
    for (const example of contract.examples)
      await measure(`/v1/${contract.name}?${new URLSearchParams(example)}`);
  let asked = 0;
  const slow: (Measured & { readonly share: number })[] = [];
  await climb(SEED, EACH, async (one) => {
    asked++;
    expect(one.counted, one.path).toBeLessThanOrEqual(1.2 * MAX_WORK);
    const share = await shareOf(one);
    if (share > MOST_TIME) slow.push({ ...one, share });
  });
  expect(asked).toBeGreaterThan(2000);
  expect(slow).toEqual([]);
}, 900_000);

test.each([
  [
    'Φ far from 0, averaged over what all inputs of a batch share',
    '/v1/trajectory?activation=gelu&sigma_w2=7&technique=ic&keep=0.9&carry=1&depth=30&c_batch=0.3',
  ],
  [
    'one column, named a thousand times',
    `/v1/kernel?activation=relu&q=1..2/9000&format=svg&field=mean${',mean'.repeat(1000)}`,
  ],
])('what was found by hand takes no more either: %s', async (_, path) => {
  await measure(path);
  expect(await shareOf(await measure(path))).toBeLessThan(MOST_TIME);
});

test('tables are counted for the time that their making takes', () => {
  const evaluation = calibration();
  const made = Object.values(ACTIVATIONS).flatMap(({ name, pair }) => {
    const meter = new Meter();
    const before = processorTime();
    meter.run(() => {
      for (const q of [0.02, 0.2, 2, 20]) pair(q);
    });
    return [{ name, time: processorTime() - before, counted: meter.spent }];
  });
  const slow = made.filter(({ time, counted }) => time > 3 * evaluation * counted + 5);
  expect(slow).toEqual([]);
  for (const { name, counted } of made) expect([name, counted < MAX_WORK]).toEqual([name, true]);
});
