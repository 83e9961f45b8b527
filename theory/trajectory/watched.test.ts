import { expect, test } from 'vitest';
import type { Activation } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { type DepthScalesInput, depthScales } from '../depth-scales.ts';
import { noiseOf } from '../techniques/find.ts';
import { layersOf } from './layers.ts';
import { trajectory, watchedTrajectory } from './trajectory.ts';

const { tanh } = ACTIVATIONS;
const DEPTH = 12;
const layers = layersOf({
  depth: DEPTH,
  sigma_w2: 2,
  sigma_b2: 0.1,
  noise: noiseOf('bernoulli', { keep: 0.9 }),
});

/** Used up. */
class Enough extends Error {}
const givesUp = (thrown: unknown) => thrown instanceof Enough;

/** tanh, whose averages of one and of two inputs throw after so many. */
function limited(moments: number, pairs: number): Activation {
  let [ones, twos] = [0, 0];
  const count = (so_far: number, most: number) => {
    if (so_far > most) throw new Enough();
  };
  return {
    ...tanh,
    moments: (q) => {
      count(++ones, moments);
      return tanh.moments(q);
    },
    pair: (q) => {
      const average = tanh.pair(q);
      return (m) => {
        count(++twos, pairs);
        return average(m);
      };
    },
  };
}

const start = { q0: 1, c0: 0.5 };
const whole = trajectory(tanh, layers, start).rows;
const ENDLESS = Number.POSITIVE_INFINITY;

test('without an end of patience it is the trajectory', () => {
  expect(watchedTrajectory(limited(ENDLESS, ENDLESS), layers, start, { givesUp }).rows).toEqual(whole);
});

test('where the correlation is given up, the variance and the gradient of one input go on', () => {
  const { rows } = watchedTrajectory(limited(ENDLESS, 5), layers, start, { givesUp });
  expect(rows.map(({ q, chi_1, gradient_1 }) => ({ q, chi_1, gradient_1 }))).toEqual(
    whole.map(({ q, chi_1, gradient_1 }) => ({ q, chi_1, gradient_1 })),
  );
  expect(rows.slice(0, 6).map(({ c }) => c)).toEqual(whole.slice(0, 6).map(({ c }) => c));
  expect(rows.slice(6).every(({ c }) => c === null)).toBe(true);
  expect(rows.slice(0, 5).map(({ chi_2 }) => chi_2)).toEqual(whole.slice(0, 5).map(({ chi_2 }) => chi_2));
  // what is a product over all layers is not known anywhere but at the end
  expect(rows.slice(0, -1).every(({ gradient_2 }) => gradient_2 === null)).toBe(true);
});

test('where the variance is given up too, nothing is said of later layers', () => {
  const { rows, leaves_float32 } = watchedTrajectory(limited(12, 3), layers, start, { givesUp });
  expect(rows).toHaveLength(DEPTH + 1);
  const end = rows.findIndex(({ q }) => q === null);
  expect([end > 4, end < DEPTH]).toEqual([true, true]);
  expect(rows.slice(0, end).map(({ q }) => q)).toEqual(whole.slice(0, end).map(({ q }) => q));
  for (const { q, c, chi_1, chi_2 } of rows.slice(end))
    expect([q, c, chi_1, chi_2]).toEqual([null, null, null, null]);
  expect(leaves_float32).toBeNull();
});

test('two variances are followed, each for itself, where their correlation is given up', () => {
  const apart = { ...start, q0_b: 4 };
  let asked = 0;
  const before = () => {
    if (++asked > 3) throw new Enough();
  };
  const { rows } = watchedTrajectory(tanh, layers, apart, { before, givesUp });
  const all = trajectory(tanh, layers, apart).rows;
  rows.forEach(({ q, q_b, c }, i) => {
    expect(q).toBeCloseTo(all[i]?.q as number, 12);
    expect(q_b).toBeCloseTo(all[i]?.q_b as number, 12);
    expect(c === null).toBe(i > 3);
  });
});

test('what is not asked for is thrown on', () => {
  expect(() => watchedTrajectory(limited(ENDLESS, 5), layers, start, {})).toThrow(Enough);
  expect(() => watchedTrajectory(limited(ENDLESS, 5), layers, start, { givesUp: () => false })).toThrow(
    Enough,
  );
});

test('depth scales without the correlation have what averages of one input say', () => {
  const network: DepthScalesInput = {
    activation: 'tanh',
    technique: 'bernoulli',
    mask: 'independent',
    keep: 0.9,
    sigma_w2: 2,
    sigma_b2: 0.1,
    q0: 1,
  };
  const known = depthScales(network);
  expect(depthScales(network, { activation: limited(ENDLESS, 0), givesUp })).toEqual({
    ...known,
    ...{ c_star: null, chi_c: null, xi_2: null, max_depth_low: null, max_depth_high: null },
    reason: 'unknown',
  });
  expect(() => depthScales(network, { activation: limited(ENDLESS, 0) })).toThrow(Enough);
});
