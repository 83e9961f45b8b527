import { expect, test } from 'vitest';
import { toSearchPlan } from '../frontier/column-search.ts';
import { listCells } from '../run/cells.ts';
import { describeWork, Pace } from '../run/pace.ts';
import { planFile, run, temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';
import { estimatePlan } from './plan.ts';

/** A machine on which a step takes a millisecond for each layer of weights, timed at both ends of the plan. */
function timed(plan: typeof smallPlan, workers: number) {
  const pace = new Pace();
  for (const cell of listCells(plan)) {
    const work = describeWork(plan, cell);
    pace.time(JSON.stringify(cell), work, {
      start: 0.5,
      steps: 1000,
      seconds: work.size[0],
      rest: work.size[0],
    });
  }
  return { pace, startup: 2, workers, timed: [] };
}

const plan = {
  ...smallPlan,
  axes: { depth: [1, 50], sigma_w2: [1, 2] },
  training: { ...smallPlan.training, steps: 1001 },
};
const seconds = (depth: number) => 0.5 + (depth + 7) * (1 + (0.001 * 0.5 * 300) / 50);

test('a whole plane: exactly its networks, and the time that they take, dealt to the workers', () => {
  const { networks, seconds: found } = estimatePlan(plan, timed(plan, 2));
  expect(networks).toEqual({ middle: 4, low: 4, high: 4 });
  const expected = 2 + seconds(1) + seconds(50);
  expect(found?.middle).toBe(found?.high);
  expect((found?.middle as number) / expected).toBeGreaterThan(0.97);
  expect((found?.middle as number) / expected).toBeLessThan(1.03);
  // no worker shares a network with another
  const alone = estimatePlan(plan, timed(plan, 100)).seconds?.middle as number;
  expect(alone / (2 + seconds(50))).toBeGreaterThan(0.97);
  expect(alone / (2 + seconds(50))).toBeLessThan(1.03);
  expect(estimatePlan(plan).seconds).toBeUndefined();
});

test('a search: a range of networks and of times, and rounds that wait for each other', () => {
  const axes = { depth: [1, 2, 4, 8, 16, 32, 50], sigma_w2: [1, 2] };
  const searching = toSearchPlan({ ...plan, axes, seeds: [1, 2, 3, 4] }, { interval: 3 });
  const { networks, gflop, seconds: found } = estimatePlan(searching, timed(plan, 4));
  for (const { low, middle, high } of [networks, gflop, found as typeof networks]) {
    expect(low).toBeLessThanOrEqual(middle);
    expect(middle).toBeLessThanOrEqual(high);
  }
  expect(networks.high).toBeLessThanOrEqual(2 * 7 * 4);
  expect(networks.low).toBeLessThan(networks.high);
  // with a hundred workers a search still takes its rounds one after the other
  const rounds = estimatePlan(searching, timed(plan, 100)).seconds;
  expect(rounds?.high as number).toBeGreaterThan(2 + 3 * seconds(1));
});

test('the command: a search says a range, --frontier makes one of any plan, and what would do nothing is refused', async () => {
  const folder = await temporaryFolder();
  const file = await planFile(folder, {
    ...plan,
    axes: { depth: [1, 2, 4, 8], sigma_w2: [1, 2] },
    seeds: [1, 2],
  });
  const [whole, frontier, stray] = await Promise.all([
    run('plan', file, '--no-trial', '--json'),
    run('plan', file, '--no-trial', '--frontier', '--max-networks', '4'),
    run('plan', file, '--no-trial', '--max-networks', '4'),
  ]);
  expect(JSON.parse(whole.stdout)).toMatchObject({ ok: true, networks: 16 });
  expect(JSON.parse(whole.stdout)).not.toHaveProperty('plane');
  expect(frontier.stdout).toMatch(/networks +about [4-8]( \([4-8] to [4-8]\))? of 16, searching/);
  expect([stray.code, stray.stderr]).toEqual([2, expect.stringContaining('add --frontier')]);
});
