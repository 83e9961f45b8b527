import { describe, expect, test } from 'vitest';
import type { Plan } from '../../schemas/plan.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import { smallPlan } from '../testing/plan.ts';
import { listCells, toCellKey } from './cells.ts';
import { describeWork, Pace, Stopwatch, type Work } from './pace.ts';

type Timed = { readonly key: string; readonly work: Work };

/** A machine that is not the one whose proportions the fit starts from: seconds of a layer, a unit and a multiplication. */
type Machine = { readonly parts: readonly [number, number, number]; readonly evaluation: number };
const MACHINES: Readonly<Record<string, Machine>> = {
  'one that is slow in layers': { parts: [6e-5, 1e-9, 8e-11], evaluation: 0.8 },
  'one that is slow in multiplications': { parts: [2e-5, 1e-9, 2.4e-10], evaluation: 0.3 },
  'one that is slow in units': { parts: [2e-5, 4e-9, 8e-11], evaluation: 0.5 },
};

/** Where a run is: the time that it has truly left, and what its pace says. */
type Moment = { readonly share: number; readonly left: number; readonly told: number | undefined };

/**
 * A run by fake clocks: workers with a stopwatch each, which tell how far they are four times a second, as those of a pool do. Steps vary
 * by a fifth; a start takes 15 of them, and the first one of a worker three seconds more.
 */
function runByFakeClock(tasks: readonly Timed[], workers: number, { parts, evaluation }: Machine): Moment[] {
  const random = createStream(1, 'pace');
  const pace = new Pace();
  const open = new Set(tasks);
  const queue = [...tasks];
  const events: { at: number; told: number | undefined; done: number }[] = [];
  let done = 0;
  const whole = tasks.reduce((sum, { work }) => sum + stepOf(work) * work.steps, 0);
  // each worker's clock, in ms; the one that is behind goes on
  type Clock = { now: number; begun: boolean; next?: (() => boolean) | undefined };
  let clocks: Clock[] = Array.from({ length: workers }, () => ({ now: 0, begun: false }));
  while (clocks.length > 0) {
    const clock = clocks.reduce((a, b) => (a.now <= b.now ? a : b));
    if (!clock.next) {
      const task = queue.shift();
      if (!task) {
        clocks = clocks.filter((one) => one !== clock);
        continue;
      }
      const { key, work } = task;
      const watch = new Stopwatch(!clock.begun, () => clock.now);
      clock.now += (clock.begun ? 0 : 3000) + 15_000 * stepOf(work);
      clock.begun = true;
      let [step, told] = [0, clock.now];
      clock.next = () => {
        const took = stepOf(work) * (0.8 + 0.4 * drawUniform(random));
        if (step < work.steps) {
          clock.now += 1000 * took;
          step++;
          done += stepOf(work);
          watch.step();
          if (clock.now - told < 250) return true;
          told = clock.now;
          pace.time(key, work, watch.read());
        } else {
          clock.now += 1000 * evaluation * work.evaluations * stepOf(work);
          pace.finish(key, work, watch.read());
          open.delete(task);
        }
        events.push({ at: clock.now, told: pace.left(open, workers), done });
        return step < work.steps || open.has(task);
      };
    }
    if (!clock.next()) clock.next = undefined;
  }
  const end = Math.max(...events.map(({ at }) => at));
  return events.map(({ at, told, done: so }) => ({ share: so / whole, left: (end - at) / 1000, told }));

  function stepOf({ size }: Work): number {
    return size.reduce((sum, number, i) => sum + number * (parts[i] as number), 0);
  }
}

const tasksOf = (plan: Plan): Timed[] =>
  listCells(plan)
    .map((cell) => ({ key: toCellKey(cell), work: describeWork(plan, cell) }))
    .sort((a, b) => b.work.size[2] - a.work.size[2]);

const depths: Plan = {
  ...smallPlan,
  axes: { depth: [1, 2, 5, 10, 20, 50, 100], sigma_w2: [1, 1.5, 2] },
  network: { ...smallPlan.network, width: 50 },
  training: { ...smallPlan.training, batch: 100, steps: 1000 },
  evaluation: { train_images: 1000, test_images: 2000 },
  seeds: [1, 2],
};
const widths: Plan = { ...depths, axes: { depth: [1, 5, 20, 60], width: [20, 100, 300] } };

describe.each(Object.entries(MACHINES))('%s', (_, machine) => {
  test.each([
    ['depths from 1 to 100', depths, 2],
    ['depths and widths', widths, 1],
    ['more workers than the deepest networks', depths, 8],
  ])('%s: after a tenth of the work the time left is true within a factor of 1.5', (_name, plan, workers) => {
    const moments = runByFakeClock(tasksOf(plan), workers, machine);
    const late = moments.filter(({ share, left }) => share > 0.1 && left > 5);
    expect(late.length).toBeGreaterThan(20);
    for (const { share, left, told } of late) {
      const ratio = (told as number) / left;
      expect(ratio, `${(100 * share).toFixed()} %: ${told} of ${left} s`).toBeGreaterThan(1 / 1.5);
      expect(ratio, `${(100 * share).toFixed()} %: ${told} of ${left} s`).toBeLessThan(1.5);
    }
  });
});

test('the shallowest first: what deep networks take is reckoned from their layers and weights', () => {
  const machine = MACHINES['one that is slow in multiplications'] as Machine;
  const moments = runByFakeClock(tasksOf(depths).reverse(), 1, machine);
  const at = moments.find(({ share }) => share > 0.1) as Moment;
  expect((at.told as number) / at.left).toBeGreaterThan(1 / 1.5);
  expect((at.told as number) / at.left).toBeLessThan(1.5);
});

test('a run that goes on counts only what is left, whatever was done before', () => {
  const tasks = tasksOf(depths);
  const machine = MACHINES['one that is slow in layers'] as Machine;
  const rest = runByFakeClock(tasks.slice(30), 2, machine);
  const at = rest.find(({ share }) => share > 0.1) as Moment;
  expect((at.told as number) / at.left).toBeGreaterThan(1 / 1.5);
  expect((at.told as number) / at.left).toBeLessThan(1.5);
});

test('no time before steps were timed: neither at the beginning nor after the first step of each worker', () => {
  const [task] = tasksOf(depths) as [Timed];
  const pace = new Pace();
  expect(pace.left([task], 1)).toBeUndefined();
  let now = 0;
  const watch = new Stopwatch(false, () => now);
  now = 5000;
  watch.step();
  pace.time(task.key, task.work, watch.read());
  expect(pace.left([task], 1)).toBeUndefined();
  for (let step = 0; step < 10; step++) {
    now += 100;
    watch.step();
  }
  pace.time(task.key, task.work, watch.read());
  // 989 steps and the evaluation of 40 batches, 100 ms a step
  const { evaluations } = task.work;
  expect(evaluations).toBe(40);
  expect(pace.left([task], 1)).toBeCloseTo(98.9 + 0.5 * 4, 5);
  // a network that is tried again begins anew
  pace.drop(task.key);
  expect(pace.left([task], 1)).toBeCloseTo(5 + 99.9 + 0.5 * 4, 5);
});

test('networks of another kind have times of their own as soon as there are any', () => {
  const [plain, slow] = ['sgd', 'adam'].map(
    (optimiser) => tasksOf({ ...depths, training: { ...depths.training, optimiser } as Plan['training'] })[0],
  ) as [Timed, Timed];
  const pace = new Pace();
  pace.time('a', plain.work, { start: null, steps: 100, seconds: 10, rest: 10 });
  const [before, own] = [pace.predict(slow.work), pace.predict(plain.work)];
  expect(before).toBeCloseTo(own as number, 9);
  pace.time('b', slow.work, { start: null, steps: 100, seconds: 30, rest: 30 });
  expect((pace.predict(slow.work) as number) / (pace.predict(plain.work) as number)).toBeCloseTo(3, 6);
});

test('a network that stopped early is not taken for a fast one', () => {
  const [task] = tasksOf(depths) as [Timed];
  const pace = new Pace();
  const batches = 0.5 * task.work.evaluations;
  const timing = { start: null, steps: 49, seconds: 4.9, rest: 4.9 + 0.1 * batches };
  pace.finish('a', task.work, timing, 50);
  expect(pace.predict(task.work)).toBeCloseTo(0.1 * (999 + batches), 6);
});
