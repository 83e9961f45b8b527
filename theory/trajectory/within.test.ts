import { expect, test } from 'vitest';
import type { Activation } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { type PlainStack, plainNetwork } from '../network.ts';
import { unequalPair } from '../pairs/unequal.ts';
import { computeNoise } from '../techniques/index.ts';
import { layersOf } from '../testing/layers.ts';
import { count, type GoesOn, Meter, never, OutOfWork } from '../work.ts';
import { type Start, trajectory, trajectoryWithin } from './trajectory.ts';

const { tanh } = ACTIVATIONS;
const DEPTH = 12;
const ENDLESS = Number.POSITIVE_INFINITY;
const layers = layersOf({
  depth: DEPTH,
  sigma_w2: 2,
  sigma_b2: 0.1,
  noise: computeNoise('bernoulli', { keep: 0.9 }),
});

/** tanh, whose averages of one and of two inputs take all the work after so many. */
function limited(moments: number, pairs: number): Activation {
  let [ones, twos] = [0, 0];
  const stop = (so_far: number, most: number) => {
    if (so_far > most) count(ENDLESS);
  };
  return {
    ...tanh,
    moments: (q) => {
      stop(++ones, moments);
      return tanh.moments(q);
    },
    pair: (q) => {
      const average = tanh.pair(q);
      return (m) => {
        stop(++twos, pairs);
        return average(m);
      };
    },
  };
}

/** Goes on with what work there still is where some average takes all of it. */
const followed = (activation: Activation, from: Start) => {
  const meter = new Meter(1e6);
  const goesOn = (thrown: unknown) => {
    meter.raise(1e6);
    return thrown instanceof OutOfWork;
  };
  return meter.run(() => trajectoryWithin(activation, layers, from, goesOn));
};

const start = { q0: 1, c0: 0.5 };
const whole = trajectory(tanh, layers, start).rows;

test('with work enough it is the trajectory', () => {
  expect(followed(limited(ENDLESS, ENDLESS), start).rows).toEqual(whole);
});

test('where the correlation is left out, the variance and the gradient of one input go on', () => {
  const { rows } = followed(limited(ENDLESS, 5), start);
  expect(rows.map(({ q, chi_1, gradient_1 }) => ({ q, chi_1, gradient_1 }))).toEqual(
    whole.map(({ q, chi_1, gradient_1 }) => ({ q, chi_1, gradient_1 })),
  );
  expect(rows.slice(0, 6).map(({ c }) => c)).toEqual(whole.slice(0, 6).map(({ c }) => c));
  expect(rows.slice(6).every(({ c }) => c === null)).toBe(true);
  expect(rows.slice(0, 5).map(({ chi_c }) => chi_c)).toEqual(whole.slice(0, 5).map(({ chi_c }) => chi_c));
  // what is a product over all layers is not known anywhere but at the end
  expect(rows.slice(0, -1).every(({ gradient_2 }) => gradient_2 === null)).toBe(true);
});

test('where the variance is left out too, nothing is said of later layers', () => {
  const { rows, leaves_float32 } = followed(limited(12, 3), start);
  expect(rows).toHaveLength(DEPTH + 1);
  const end = rows.findIndex(({ q }) => q === null);
  expect([end > 4, end < DEPTH]).toEqual([true, true]);
  expect(rows.slice(0, end).map(({ q }) => q)).toEqual(whole.slice(0, end).map(({ q }) => q));
  for (const { q, c, chi_1, chi_c } of rows.slice(end))
    expect([q, c, chi_1, chi_c]).toEqual([null, null, null, null]);
  expect(leaves_float32).toBeNull();
});

test('two variances are followed, each for itself, where their correlation is left out', () => {
  const apart = { ...start, q0_b: 4 };
  let asked = 0;
  const unequal: NonNullable<Activation['unequal']> = (q_a, q_b) => {
    if (++asked > 3) count(ENDLESS);
    return unequalPair(tanh, q_a, q_b);
  };
  const { rows } = followed({ ...tanh, unequal }, apart);
  const all = trajectory(tanh, layers, apart).rows;
  rows.forEach(({ q, q_b, c }, i) => {
    expect(q).toBeCloseTo(all[i]?.q as number, 12);
    expect(q_b).toBeCloseTo(all[i]?.q_b as number, 12);
    expect(c === null).toBe(i > 3);
  });
});

test('without leave to go on it throws', () => {
  const ask = () => trajectoryWithin(limited(ENDLESS, 5), layers, start, never);
  expect(() => new Meter(1e6).run(ask)).toThrow(OutOfWork);
});

test('depth scales without the correlation have what averages of one input say', () => {
  const network: PlainStack = {
    activation: 'tanh',
    technique: 'bernoulli',
    mask: 'independent',
    keep: 0.9,
    sigma_w2: 2,
    sigma_b2: 0.1,
    // (beyond the tables, so that averages of two inputs take most of the work)
    input_scale: 100,
    q0: 1,
  };
  const known = depthScales(plainNetwork(network));
  const whole = new Meter();
  whole.run(() => depthScales(plainNetwork(network)));
  const within = (limit: number, goesOn: GoesOn) => {
    const meter = new Meter(limit);
    return meter.run(() => depthScales(plainNetwork(network), goesOn));
  };
  expect(within(whole.spent, never)).toEqual(known);
  expect(() => within(0.99 * whole.spent, never)).toThrow(OutOfWork);
  expect(within(0.99 * whole.spent, () => true)).toEqual({
    ...known,
    ...{ c_star: null, chi_c: null, xi_2: null, max_depth_low: null, max_depth_high: null },
    reason: 'unknown',
  });
});
