import { describe, expect, test } from 'vitest';
import { plainNetwork } from '../network.ts';
import {
  describeNetwork,
  type FittedDepth,
  type FittedRule,
  locateNetwork,
  measureDistance,
  type OptimiserEffect,
  fittedDepth as orNone,
  readConditions,
} from './fitted.ts';
import { DEPTH_FORMS, type FormScales, formDepth, REFERENCE_TRAINING } from './forms.ts';

/** Of networks that the rule has an answer for. */
const fittedDepth = (...of: Parameters<typeof orNone>) => orNone(...of) as FittedDepth;

const scales: FormScales = {
  ...{ xi_1: 12, xi_2: 5, chi_1: Math.exp(1 / 12), growth: 1, trajectory: 30 },
  margin: (t) => 5 * t,
  kernel: { at: (depth) => ({ signal: -0.2 * depth, size: 0.1 * depth, variance: 5 * depth }) },
};
const rule: FittedRule = {
  form: 'harmonic',
  parameters: { m: 7 },
  optimisers: {
    sgd: { normalised: false, rate: 1, rates: [0.003, 0.3], usual: [0.005, 0.2] },
    adam: {
      ...{ normalised: true, rate: 30, parameters: { m: 5 } },
      ...{ rates: [0.0001, 0.01], usual: [0.0002, 0.005] },
    },
  },
  spread: 0.25,
  spread_per_distance: 0,
  far: 2,
  measured: [],
  conditions: { width: 100, steps: 500, optimiser: 'sgd', data: 'mnist', accuracy_threshold: 0.5 },
  ranges: { width: [100, 400], steps: [150, 5000] },
  names: { technique: ['bernoulli', 'gaussian'] },
  factors: [
    { setting: 'data', value: 'cifar10', factor: 0.8, low: 0.7, high: 0.9, accuracy_threshold: 0.25 },
    { setting: 'init', value: 'orthogonal', factor: 1.5, low: 1.2, high: 1.8 },
    { setting: 'technique', value: 'ic', factor: 2, low: null, high: null },
  ],
};
const plain = formDepth('harmonic', { m: 7 }, scales);
type Settings = Parameters<typeof orNone>[2];

test('under its conditions a rule is its form, with the interval of its spread', () => {
  const expected = {
    depth: plain,
    low: plain / Math.exp(0.49),
    high: plain * Math.exp(0.49),
    outside: [],
    limited_by: null,
  };
  expect(fittedDepth(rule, scales)).toMatchObject(expected);
  const same = { width: 100, steps: 500, optimiser: 'sgd', learning_rate: 0.03, technique: undefined };
  expect(fittedDepth(rule, scales, same)).toEqual({ ...expected, learning_rate: 0.03 });
});

test('settings that the form does not know multiply it, and what their factors are uncertain by widens the interval', () => {
  const at = (settings: Settings) => {
    const { depth, low, high } = fittedDepth(rule, scales, settings);
    return { factor: depth / plain, variance: (Math.log(high / low) / 3.92) ** 2 - 0.25 ** 2 };
  };
  const of = (low: number, high: number) => (Math.log(high / low) / 3.92) ** 2;
  const close = (factor: number, variance: number) => ({
    factor: expect.closeTo(factor, 12),
    variance: expect.closeTo(variance, 12),
  });
  expect(at({ init: 'orthogonal' })).toEqual(close(1.5, of(1.2, 1.8)));
  const both = at({ init: 'orthogonal', data: 'cifar10', accuracy_threshold: 0.25 });
  expect(both).toEqual(close(1.5 * 0.8, of(1.2, 1.8) + of(0.7, 0.9)));
  expect(at({ technique: 'ic' })).toEqual(close(2, 0));
  expect(at({ width: 400, technique: 'gaussian' })).toEqual(close(1, 0));
});

test('what was not measured is outside', () => {
  const outside = (settings: Settings) => fittedDepth(rule, scales, settings).outside;
  expect(outside({ width: 401 })).toEqual(['width']);
  expect(outside({ width: 50, steps: 7 })).toEqual(['width', 'steps']);
  expect(outside({ optimiser: 'novograd', technique: 'alpha' })).toEqual(['optimiser', 'technique']);
  expect(outside({ learning_rate: 0.5 })).toEqual(['learning_rate']);
  expect(outside({ optimiser: 'adam', learning_rate: 0.02 })).toEqual(['learning_rate']);
  expect(outside({ init: 'sparse', data: 'svhn' })).toEqual(['init', 'data']);
  // what is between, what differs by rounding, and what the rule says nothing of
  const within = {
    width: 400 * (1 + 1e-12),
    steps: 150,
    optimiser: 'adam',
    learning_rate: 0.001,
    technique: 'ic',
  };
  expect(outside({ ...within, batch: 7, sigma_w2: 40 })).toEqual([]);
});

test('what counts as trained is that of the data', () => {
  const outside = (data: string | undefined, accuracy_threshold?: number) =>
    fittedDepth(rule, scales, { data, accuracy_threshold }).outside;
  expect([outside('cifar10', 0.25), outside('cifar10'), outside('mnist', 0.5)]).toEqual([[], [], []]);
  for (const [data, other] of [
    ['cifar10', 0.5],
    ['mnist', 0.25],
    [undefined, 0.25],
  ] as const)
    expect([data, other, outside(data, other)]).toEqual([data, other, ['accuracy_threshold']]);
  expect(readConditions(rule, 'cifar10')).toEqual({ ...rule.conditions, accuracy_threshold: 0.25 });
  expect(readConditions(rule)).toBe(rule.conditions);
});

test('a rule with a v knows the width itself; an optimiser may have numbers of its own', () => {
  const own = { ...rule, parameters: { m: 7, v: 0.5 } };
  for (const width of [100, 400])
    expect(fittedDepth(own, scales, { width }).depth).toBe(
      formDepth('harmonic', own.parameters, scales, { width }),
    );
  expect(fittedDepth(rule, scales, { optimiser: 'adam' }).depth).toBe(
    formDepth('harmonic', { m: 5 }, scales),
  );
});

test('what has no limit has none by the rule', () => {
  const free = { ...scales, xi_1: Number.POSITIVE_INFINITY, xi_2: Number.POSITIVE_INFINITY };
  expect(fittedDepth(rule, free)).toMatchObject({
    depth: Number.POSITIVE_INFINITY,
    low: Number.POSITIVE_INFINITY,
  });
});

describe('learning rates', () => {
  const parameters = {
    ...{ signal: 9, noise: 40, step: 3, aspect: 40 },
    ...{ signal_spread: 0, aspect_power: 0, blend: 0 },
  };
  const kernel: FittedRule = { ...rule, form: 'kernel', parameters };
  const straight = (signal: number, size: number) => ({
    ...scales,
    kernel: { at: (depth: number) => ({ signal: signal * depth, size: size * depth, variance: 0 }) },
  });

  test('the one that is given counts; without one the best of the usual ones', () => {
    const depthAt = (learning_rate: number, own = kernel.parameters, network = scales) =>
      formDepth('kernel', own, network, { learning_rate });
    expect(fittedDepth(kernel, scales, { learning_rate: 0.01 })).toMatchObject({
      ...{ depth: depthAt(0.01), learning_rate: 0.01 },
    });
    // (9 + 2 x)/.2 = (3 − x)/.1 in x = ln(rate / .03), which is −.75
    const { depth, learning_rate } = fittedDepth(kernel, scales);
    expect(Math.abs(Math.log(learning_rate / 0.03) + 0.75)).toBeLessThan(Math.log(1.1));
    expect(depth).toBeCloseTo(37.5, -0.5);
    expect(depth).toBe(depthAt(learning_rate));
  });

  test.each([
    // the smallest and the largest where no rate is too large or too small
    ['exploding', straight(0, 0.6), parameters, 0.005, 500],
    ['vanishing', straight(-0.6, -0.5), parameters, 0.2, 500],
    // in 80 steps only rates above .19 move the output at all
    ['slow', straight(-0.2, 0.1), { ...parameters, signal: 0 }, 0.2, 80],
  ])('%s: the best is at an end', (_, network, own, end, steps) => {
    const { depth, learning_rate } = fittedDepth({ ...kernel, parameters: own }, network, { steps });
    expect(Math.abs(Math.log(learning_rate / end))).toBeLessThan(Math.log(1.1));
    expect(depth).toBeGreaterThan(0);
  });

  test('an optimiser has rates of its own, times what makes them those of gradient descent', () => {
    const own: FittedRule = {
      ...kernel,
      optimisers: {
        adam: {
          ...{ normalised: true, rate: 30, parameters: { signal: 12 } },
          ...{ rates: [1e-5, 1], usual: [1e-4, 1e-2] },
        },
      },
    };
    const { learning_rate, depth } = fittedDepth(own, scales, { optimiser: 'adam' });
    expect(learning_rate).toBeGreaterThanOrEqual(1e-4 * (1 - 1e-12));
    expect(learning_rate).toBeLessThanOrEqual(1e-2 * (1 + 1e-12));
    const training = { normalised: true, learning_rate: 30 * learning_rate };
    expect(depth).toBe(formDepth('kernel', { ...parameters, signal: 12 }, scales, training));
  });
});

test('the form is told of orthogonal weights, which have a factor as well', () => {
  const parameters = {
    ...{ signal: 9, noise: 40, step: 40, aspect: 40 },
    ...{ signal_spread: 2, aspect_power: 0, blend: 0 },
  };
  const kernel: FittedRule = { ...rule, form: 'kernel', parameters };
  const said = (init: string) => fittedDepth(kernel, scales, { init, learning_rate: 0.03 }).depth;
  // 9 − .2 x − 2 V/100 with V 5 x, and 3 x
  expect(said('gaussian')).toBeCloseTo(9 / 0.3, 10);
  expect(said('orthogonal')).toBeCloseTo((1.5 * 9) / 0.26, 10);
});

test('an optimiser whose networks stray more has a wider interval', () => {
  const side = (spread?: number) => {
    const sgd = { ...(rule.optimisers.sgd as OptimiserEffect), spread };
    const { depth, low, high } = fittedDepth({ ...rule, optimisers: { sgd } }, scales);
    expect(depth).toBe(plain);
    return Math.log(high / low) / 3.92;
  };
  expect(side(0.4)).toBeCloseTo(0.4, 12);
  expect(side(0.1)).toBeCloseTo(0.25, 12);
  expect(side()).toBeCloseTo(0.25, 12);
});

describe('the distance to what was measured', () => {
  const training = { ...REFERENCE_TRAINING, learning_rate: 0.03 };
  const here = locateNetwork(scales, plain, training, 0.9);
  const settings = { keep: 0.9, learning_rate: 0.03 };
  /** A rule whose only network lies so far away. */
  const away = (distance: number, own: Partial<FittedRule> = {}): FittedRule => ({
    ...{ ...rule, spread_per_distance: 0.1, ...own },
    measured: [here.map((x, i) => (i === 2 ? x + distance : x)), here.map((x) => x + 50)],
  });

  test('widens the interval, makes the answer a guess, and is the end of answers', () => {
    for (const distance of [0, 1, 1.99, 2.01, 5.99]) {
      const { depth, low, high, outside } = fittedDepth(away(distance), scales, settings);
      expect(depth).toBe(plain);
      expect(Math.log(high / low) / 3.92).toBeCloseTo(Math.hypot(0.25, 0.1 * distance), 10);
      expect(outside).toEqual(distance > 2 ? ['network'] : []);
    }
    expect(orNone(away(6.01), scales, settings)).toBeNull();
  });

  test('is that to the nearest; 0 where nothing is told of', () => {
    expect(
      measureDistance(
        [
          [0, 0],
          [3, 3],
        ],
        [3, 4],
      ),
    ).toBe(1);
    expect(measureDistance([], [3, 4])).toBe(0);
  });

  test('every thing that makes networks unlike moves them apart', () => {
    const other = { ...scales, kernel: { at: () => ({ signal: -3, size: 2, variance: 70 }) } };
    for (const place of [
      locateNetwork(other, plain, training, 0.9),
      locateNetwork({ ...scales, growth: 0.5 }, plain, training, 0.9),
      locateNetwork({ ...scales, chi_1: 2 }, plain, training, 0.9),
      locateNetwork(scales, 2 * plain, training, 0.9),
      locateNetwork(scales, plain, training, 0.99),
      locateNetwork(scales, plain, { ...training, width: 1000 }, 0.9),
      locateNetwork(scales, plain, { ...training, learning_rate: 0.3 }, 0.9),
      locateNetwork(scales, plain, { ...training, steps: 5000 }, 0.9),
      locateNetwork(scales, plain, { ...training, normalised: true }, 0.9),
    ])
      expect(measureDistance([here], place)).toBeGreaterThan(0.3);
  });

  test('is a number for networks with no limit, no signal or no gradient', () => {
    for (const own of [
      { kernel: { at: () => null } },
      { chi_1: 0, growth: 0 },
      { growth: 1e300, chi_1: 1e300 },
    ])
      for (const depth of [0, 30, Number.POSITIVE_INFINITY])
        expect(
          measureDistance([here], locateNetwork({ ...scales, ...own }, depth, training, 1)),
        ).toBeLessThan(200);
  });

  test('of a kernel that ends it is the last layer that counts', () => {
    const ending = { at: (depth: number) => (depth <= 3 ? scales.kernel.at(depth) : null) };
    const [signal, size] = locateNetwork({ ...scales, kernel: ending }, 20, training, 0.9);
    expect([signal, size]).toEqual([expect.closeTo(-0.6 / 4, 12), expect.closeTo(0.3 / 4, 12)]);
  });
});

test('every form answers', () => {
  const numbers = {
    ...{ m: 1, n: 2, b: 0.2, p: 1, t: 4 },
    ...{ signal: 9, noise: 4, step: 9, aspect: 3, signal_spread: 1, aspect_power: 4, blend: 1 },
  };
  for (const form of Object.keys(DEPTH_FORMS) as (keyof typeof DEPTH_FORMS)[]) {
    const { depth, low, high } = fittedDepth({ ...rule, form, parameters: numbers }, scales);
    expect([form, low < depth && depth < high && low > 0]).toEqual([form, true]);
  }
});

test('what a network is: its activation with its parameters, its technique where there is noise', () => {
  const network = {
    activation: 'elu',
    technique: 'gaussian',
    mask: 'independent',
    q0: 1,
    sigma_w2: 1.5,
    sigma_b2: 0.05,
  } as const;
  expect(describeNetwork(plainNetwork({ ...network, noise_variance: 0.25 }))).toEqual({
    activation: 'elu',
    technique: 'gaussian',
    sigma_w2: 1.5,
    sigma_b2: 0.05,
    keep: 0.8,
  });
  expect(describeNetwork(plainNetwork({ ...network, alpha: 1, input_scale: 1 }))).toMatchObject({
    activation: 'elu',
    technique: undefined,
    keep: 1,
  });
  expect(describeNetwork(plainNetwork({ ...network, technique: 'ic', keep: 1 })).technique).toBe('ic');
  expect(describeNetwork(plainNetwork({ ...network, alpha: 0.5, output_shift: 2 })).activation).toBe(
    'elu, alpha 0.5, output_shift 2',
  );
});

test('adamw has the first updates of adam: its depth, and it is said that it was not measured', () => {
  const at = (optimiser: string) => fittedDepth(rule, scales, { optimiser, learning_rate: 0.001 });
  expect(at('adamw').depth).toBe(at('adam').depth);
  expect(at('adamw').depth).not.toBe(at('sgd').depth);
  expect([at('adamw').outside, at('adam').outside]).toEqual([['optimiser'], []]);
});
