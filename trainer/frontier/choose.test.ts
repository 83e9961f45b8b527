import { expect, test } from 'vitest';
import { measuredFrontier, type Trials } from '../../theory/index.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import {
  chooseDepths,
  computeCredibleInterval,
  computeCrossing,
  predictTrial,
  updateBelief,
} from './choose.ts';

const every = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
const OPTIONS = { interval: 1.3, networks_per_round: 2, replicates: 1, min_networks: 1, max_networks: 60 };
const cost = (depth: number) => depth + 8;

/** Trials with one more network. */
function after(trials: readonly Trials[], depth: number, success: boolean): Trials[] {
  const known = trials.find((trial) => trial.depth === depth) ?? { depth, trained: 0, succeeded: 0 };
  const grown = { depth, trained: known.trained + 1, succeeded: known.succeeded + (success ? 1 : 0) };
  return [...trials.filter((trial) => trial.depth !== depth), grown];
}

/** Searches a column whose networks succeed as `succeeds` says. */
function searched(
  depths: readonly number[],
  succeeds: (depth: number) => boolean,
  options = OPTIONS,
  seeds = 30,
): Trials[] {
  let trials: Trials[] = [];
  for (;;) {
    const chosen = chooseDepths({ depths, seeds, cost }, trials, options);
    if (chosen.length === 0) return trials;
    for (const depth of chosen) trials = after(trials, depth, succeeds(depth));
  }
}

const trainedOf = (trials: readonly Trials[]) => trials.reduce((sum, { trained }) => sum + trained, 0);

test('before anything is known the belief is even in octaves, and a network halves it', () => {
  const depths = [10, 20, 40, 80];
  const nothing = updateBelief(depths, []);
  // from 10/8 to 80 · 8 there are 9 octaves, 3 of them within
  expect(computeCrossing(nothing, depths)).toBeCloseTo(3 / 9, 1);
  expect(predictTrial(nothing, Math.sqrt(10 * 80)).success).toBeCloseTo(0.5, 2);
  const one = updateBelief(depths, [{ depth: 20, trained: 3, succeeded: 3 }]);
  expect(predictTrial(one, 10).success).toBeGreaterThan(0.95);
  expect(predictTrial(one, 40).information).toBeGreaterThan(predictTrial(one, 10).information);
  const [low, high] = computeCredibleInterval(
    updateBelief(depths, [
      { depth: 20, trained: 9, succeeded: 9 },
      { depth: 40, trained: 9, succeeded: 0 },
    ]),
    0.95,
  );
  expect(low).toBeGreaterThan(17);
  expect(high).toBeLessThan(46);
});

test('the search brackets the frontier first and then stays near it', () => {
  const depths = every(10, 310, 10);
  const trials = searched(depths, (depth) => depth < 85);
  const { depth, low, high } = measuredFrontier(trials);
  expect(depth).toBeCloseTo(85, -1);
  expect((high as number) / (low as number)).toBeLessThan(1.3);
  expect(trainedOf(trials)).toBeLessThan(20);
  const near = trials.filter((trial) => Math.abs(Math.log(trial.depth / 85)) < 0.4);
  expect(trainedOf(near)).toBeGreaterThan(trainedOf(trials) / 2);
});

test('a column that does not cross is given up soon, at either end', () => {
  for (const [succeeds, censored] of [
    [true, 'deeper'],
    [false, 'shallower'],
  ] as const) {
    const trials = searched(every(10, 100, 10), () => succeeds);
    expect(measuredFrontier(trials).censored).toBe(censored);
    expect(trainedOf(trials)).toBeLessThan(20);
  }
});

test('a column is given up where it is believed to cross with less than 2.5 %', () => {
  const chosen = (depths: number[]) => {
    const trials = [{ depth: depths.at(-1) as number, trained: 2, succeeded: 2 }];
    const next = chooseDepths({ depths, seeds: 30, cost }, trials, OPTIONS);
    return [computeCrossing(updateBelief(depths, trials), depths), next.length > 0];
  };
  expect(chosen([10, 20, 40, 80])).toEqual([expect.closeTo(0.0272, 4), true]);
  expect(chosen([10, 20])).toEqual([expect.closeTo(0.0236, 4), false]);
});

test('no more networks of a depth than there are seeds, and no more of a column than allowed', () => {
  const random = createStream(3, 'search');
  const luck = () => drawUniform(random) < 0.5;
  const few = searched([10, 20], luck, OPTIONS, 3);
  expect(Math.max(...few.map(({ trained }) => trained))).toBeLessThanOrEqual(3);
  expect(trainedOf(searched(every(10, 100, 10), luck, { ...OPTIONS, max_networks: 7 }))).toBe(7);
  expect(chooseDepths({ depths: [10], seeds: 1, cost }, [], { ...OPTIONS, networks_per_round: 8 })).toEqual([
    10,
  ]);
});

test('replicates: each depth that is chosen is trained with several seeds; least: so many networks in any case', () => {
  const depths = every(10, 310, 10);
  const options = { ...OPTIONS, networks_per_round: 3, replicates: 3, min_networks: 12, interval: 100 };
  const trials = searched(depths, (depth) => depth < 85, options, 3);
  expect(trials.every(({ trained }) => trained === 3)).toBe(true);
  expect(trainedOf(trials)).toBe(12);
  // a depth with fewer seeds left takes those that are left
  expect(chooseDepths({ depths: [10], seeds: 2, cost }, [], options)).toEqual([10, 10]);
});

test('a twentieth of the plane has its precision: intervals that hold the truth, at 31 depths with 3 seeds each', () => {
  const random = createStream(1, 'frontier');
  const depths = every(10, 310, 10);
  const columns = 40;
  let [held, share, found, whole] = [0, 0, 0, 0];
  const plane = depths.reduce((sum, depth) => sum + 3 * cost(depth), 0);
  for (let i = 0; i < columns; i++) {
    const truth = 20 * 4 ** drawUniform(random);
    const succeeds = (depth: number) => drawUniform(random) < 1 / (1 + (depth / truth) ** (1 / 0.08));
    let full: Trials[] = [];
    for (const depth of depths)
      for (let seed = 0; seed < 3; seed++) full = after(full, depth, succeeds(depth));
    const trials = searched(depths, succeeds, { ...OPTIONS, interval: 1.35 });
    const { low, high, depth } = measuredFrontier(trials);
    if ((low ?? 0) <= truth && (high ?? Number.POSITIVE_INFINITY) >= truth) held++;
    share += trials.reduce((sum, { depth, trained }) => sum + trained * cost(depth), 0) / plane / columns;
    found += Math.log((depth as number) / truth) ** 2;
    whole += Math.log((measuredFrontier(full).depth as number) / truth) ** 2;
  }
  // three standard errors of a share of 0.95 among 40 are 0.10
  expect(held / columns).toBeGreaterThan(0.85);
  expect(share).toBeLessThan(0.08);
  // no worse than the plane's estimate by more than two such sums of 40 squares differ (F, 99.9 %)
  expect(found / whole).toBeLessThan(2.7);
});

test('the short searches of the atlas: 95 % intervals hold the truth, though a search stops when they are narrow', () => {
  const random = createStream(2, 'frontier');
  const depths = Array.from({ length: 40 }, (_, i) => Math.round(4 * 1.1 ** i));
  const options = { interval: 1.3, networks_per_round: 3, replicates: 3, min_networks: 12, max_networks: 24 };
  let held = 0;
  const columns = 120;
  for (let i = 0; i < columns; i++) {
    const truth = 15 * 5 ** drawUniform(random);
    const width = 0.05 * 4 ** drawUniform(random);
    const succeeds = (depth: number) => drawUniform(random) < 1 / (1 + (depth / truth) ** (1 / width));
    const trials = searched(depths, succeeds, options, 3);
    const { low, high } = measuredFrontier(trials);
    if ((low ?? 0) <= truth && (high ?? Number.POSITIVE_INFINITY) >= truth) held++;
  }
  // three standard errors of a share of 0.95 among 120 are 0.06
  expect(held / columns).toBeGreaterThan(0.89);
}, 120_000);
