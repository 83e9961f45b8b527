import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import {
  DEEPEST_FORM,
  DEPTH_FORMS,
  type DepthForm,
  type DepthFormName,
  type FormParameters,
  type FormScales,
  findKernelLimit,
  formDepth,
  REFERENCE_TRAINING,
  type Training,
} from './forms.ts';
import { applyRule } from './rules.ts';
import { tangentKernel, type Updates } from './tangent-kernel.ts';

/** Updates that follow straight lines: everything that a form says of them can be said by hand. */
const straight = (signal: number, size: number, variance = 0) => ({
  at: (depth: number): Updates => ({
    signal: signal * depth,
    size: size * depth,
    variance: variance * depth,
  }),
});
const scales: FormScales = {
  ...{ xi_1: 12, xi_2: 5, chi_1: Math.exp(1 / 12), growth: 1, trajectory: 30 },
  margin: (t) => 5 * t,
  kernel: straight(-0.2, 0.1, 5),
};
const ordered: FormScales = { ...scales, chi_1: Math.exp(-1 / 12) };
const depthBy = (form: DepthFormName, parameters: FormParameters, own: Partial<FormScales> = {}) =>
  formDepth(form, parameters, { ...scales, ...own });

describe('forms made from depth scales', () => {
  test.each<[DepthFormName, FormParameters, number, number]>([
    // depth in the chaotic phase, and in the ordered one
    ['constant', { m: 2 }, 2, 2],
    ['xi_2', { m: 2 }, 10, 10],
    ['xi_1', { m: 2 }, 24, 24],
    ['min', { m: 2 }, 10, 10],
    ['harmonic', { m: 2 }, 2 / (1 / 12 + 1 / 5), 2 / (1 / 12 + 1 / 5)],
    ['chaos', { m: 2, b: 0.3 }, 2 / (1 / 5 + 0.3 / 12), 10],
    ['trajectory', { m: 2 }, 60, 60],
    ['signed', { m: 2, b: 0.3 }, 2 / (1 / 5 + 0.3 / 12), 2 / (1 / 5 - 0.3 / 12)],
    ['collapse', { m: 2, b: 0.3 }, 2 / (1 / 5 + 0.3 / 12), 10],
    ['min_of_two', { m: 2, b: 0.3, n: 0.4 }, 2 / (1 / 5 + 0.3 / 12), 0.4 * 12],
    ['min_of_two', { m: 2, b: 0.3, n: 4 }, 2 / (1 / 5 + 0.3 / 12), 10],
    ['sum_of_two', { m: 2, b: 0.3, n: 4 }, 2 / (1 / 5 + 0.3 / 12), 1 / (1 / 10 + 1 / 48)],
    [
      'p_norm_of_two',
      { m: 2, b: 0.3, n: 4, p: 3 },
      2 / (1 / 5 + 0.3 / 12),
      (10 ** -3 + 48 ** -3) ** (-1 / 3),
    ],
    ['margin', { t: 6 }, 30, 30],
    ['margin_and_gradient', { t: 6, n: 2 }, 30, 24],
  ])('%s', (form, parameters, chaotic, vanishing) => {
    expect(formDepth(form, parameters, scales)).toBeCloseTo(chaotic, 12);
    expect(formDepth(form, parameters, ordered)).toBeCloseTo(vanishing, 12);
    const { name, free }: DepthForm = DEPTH_FORMS[form];
    expect([name, [...free].sort()]).toEqual([form, Object.keys(parameters).sort()]);
    // an exponent, where the form has none of its own, and a width that takes as much again off the depth
    const { m = 1 } = parameters;
    if (!('p' in parameters))
      expect(formDepth(form, { ...parameters, p: 0.5 }, scales)).toBeCloseTo(m * Math.sqrt(chaotic / m), 12);
    expect(formDepth(form, { ...parameters, v: 1 }, scales, { width: chaotic })).toBeCloseTo(chaotic / 2, 12);
  });

  test('collapse takes off what q falls by, and nothing for a q that grows', () => {
    expect(depthBy('collapse', { m: 2, b: 0 }, { growth: Math.exp(-0.05) })).toBeCloseTo(2 / 0.25, 12);
    expect(depthBy('collapse', { m: 2, b: 0 }, { growth: Math.exp(0.05) })).toBeCloseTo(10, 12);
  });

  test('published rules are forms with a given multiplier', () => {
    for (const [form, m, rule] of [
      ['xi_2', 6, 'six_xi_2'],
      ['xi_1', 12, 'twelve_xi_1'],
    ] as const)
      expect(formDepth(form, { m }, scales)).toBeCloseTo(applyRule(rule, scales).depth as number, 12);
  });

  test('what is not limited is Infinity, unless the width limits it', () => {
    const critical = { xi_1: Number.POSITIVE_INFINITY, xi_2: Number.POSITIVE_INFINITY, chi_1: 1 };
    expect(depthBy('harmonic', { m: 6 }, critical)).toBe(Number.POSITIVE_INFINITY);
    expect(depthBy('harmonic', { m: 6, v: 0.5 }, critical)).toBe(200);
    expect(depthBy('signed', { m: 6, b: 5 }, { chi_1: 0.5 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('update and kernel', () => {
  const OFF = 1e4;
  const off = {
    ...{ signal: OFF, noise: OFF, step: OFF, aspect: OFF },
    ...{ signal_spread: 0, aspect_power: 0, blend: 0 },
  };
  const usual = { ...off, signal: 9, noise: 4, step: 3 };
  const only = (name: 'signal' | 'noise' | 'step') => ({ ...off, [name]: usual[name] });
  const depth = (
    parameters: FormParameters,
    training: Partial<Training> = {},
    own: Partial<FormScales> = {},
  ) => formDepth('kernel', parameters, { ...scales, ...own }, training);
  /** The numbers of a fit, about. */
  const fitted = {
    ...{ signal: 9.5, noise: 4.2, step: 11, aspect: 3.2 },
    ...{ signal_spread: 2, aspect_power: 4.5, blend: 1.5 },
  };

  test('update: ln D + ln(rate steps / 15) − b max(0, ln Θ) + t = 0', () => {
    const b = 0.7;
    const at = (training: Partial<Training>) => formDepth('update', { t: 6, b }, scales, training);
    expect(at({})).toBeCloseTo(6 / (0.2 + b * 0.1), 10);
    expect(at({ steps: 1000 })).toBeCloseTo((6 + Math.log(2)) / (0.2 + b * 0.1), 10);
    expect(at({ learning_rate: 0.003, steps: 5000 })).toBeCloseTo(at({}), 10);
    expect(formDepth('update', { t: 6, b }, { ...scales, kernel: straight(-0.2, -0.1) })).toBeCloseTo(30, 10);
  });

  test('movement: signal + ln D + 2 ln(rate steps) + ln width − signal_spread V/width = 0', () => {
    const at = (training: Partial<Training>) => depth(only('signal'), training);
    expect(at({})).toBeCloseTo(9 / 0.2, 10);
    expect(at({ steps: 1000 })).toBeCloseTo((9 + 2 * Math.LN2) / 0.2, 10);
    expect(at({ learning_rate: 0.06 })).toBeCloseTo((9 + 2 * Math.LN2) / 0.2, 10);
    expect(at({ width: 200 })).toBeCloseTo((9 + Math.LN2) / 0.2, 10);
    expect(at({ batch: 1 })).toBe(at({}));
    const spread = { ...only('signal'), signal_spread: 2 };
    expect(depth(spread)).toBeCloseTo(9 / (0.2 + 0.1), 10);
    // (of V orthogonal weights take 2 a layer)
    expect(depth(spread, { orthogonal: true })).toBeCloseTo(9 / (0.2 + 0.06), 10);
    expect(at({ orthogonal: true })).toBe(at({}));
  });

  test('movement with an optimiser that divides by the size of the gradient, and adds an epsilon to it', () => {
    const at = (signal: number, size: number, training: Partial<Training> = {}) =>
      depth(only('signal'), { normalised: true, ...training }, { kernel: straight(signal, size) });
    expect(at(-0.2, 0.1)).toBeCloseTo(9 / 0.3, 10);
    // sizes far beyond those of doubles
    expect(at(29.8, 30)).toBeCloseTo(9 / 0.2, 10);
    // a gradient far smaller than 1e-8 counts as √(1e-16 width (depth + 1))
    for (const width of [100, 400]) {
      const x = at(-0.2, -1, { width });
      expect(x).toBeGreaterThan(150);
      const units = Math.log(width / 100);
      expect(9 - 0.2 * x - Math.log(1e-16 * width * (x + 1)) + units).toBeCloseTo(0, 2);
    }
  });

  test('noise: noise + ln D − ln Θ + ln(steps batch width depth) = 0', () => {
    const at = (training: Partial<Training>) => depth(only('noise'), training);
    const excess = (x: number, more: number) => 4 - 0.3 * x + Math.log(x + 1) + more;
    expect(excess(at({}), 0)).toBeCloseTo(0, 2);
    for (const twice of [{ steps: 1000 }, { batch: 200 }, { width: 200 }])
      expect(excess(at(twice), Math.LN2)).toBeCloseTo(0, 2);
    expect(at({ learning_rate: 9 })).toBe(at({}));
    expect(at({ normalised: true })).toBe(at({}));
  });

  test('stability: step − ln Θ − ln(rate width) = 0', () => {
    const at = (training: Partial<Training>) => depth(only('step'), training);
    expect(at({})).toBeCloseTo(3 / 0.1, 10);
    expect(at({ learning_rate: 0.06 })).toBeCloseTo((3 - Math.LN2) / 0.1, 10);
    expect(at({ width: 200 })).toBeCloseTo((3 - Math.LN2) / 0.1, 10);
    expect(at({ steps: 5, batch: 1, orthogonal: true })).toBe(at({}));
    // the root of Θ, and the rate twice
    expect(at({ normalised: true })).toBeCloseTo(3 / 0.05, 10);
    expect(at({ normalised: true, learning_rate: 0.06 })).toBeCloseTo((3 - 2 * Math.LN2) / 0.05, 10);
  });

  test('depth beside width: aspect − ln rate − aspect_power ln(V/width) = 0', () => {
    // ln(V/100) = .1 x − 1
    const bending = (a_layer = 0) => ({
      at: (x: number) => ({ signal: -x, size: x, variance: 100 * Math.exp(0.1 * x - 1) + a_layer * x }),
    });
    const numbers = { ...off, aspect: 2, aspect_power: 3 };
    const at = (training: Partial<Training>, a_layer?: number) =>
      depth(numbers, training, { kernel: bending(a_layer) });
    expect(at({})).toBeCloseTo(5 / 0.3, 10);
    expect(at({ learning_rate: 0.06 })).toBeCloseTo((5 - Math.LN2) / 0.3, 10);
    // (an optimiser that divides the gradient by its size: 2 a layer in place of V, on a straight line between layers)
    expect(at({ learning_rate: 0.06, normalised: true })).toBeCloseTo(
      50 * Math.exp((2 - 2 * Math.LN2) / 3) - 1,
      2,
    );
    expect(at({ width: 200 })).toBeCloseTo((5 + 3 * Math.LN2) / 0.3, 10);
    expect(at({ steps: 5, batch: 1 })).toBe(at({}));
    expect(at({ orthogonal: true }, 2)).toBeCloseTo(at({}), 10);
    // orthogonal weights and an activation that keeps every gradient: no width is too small
    expect(depth(numbers, { orthogonal: true }, { kernel: straight(0, 0, 2) })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  test('what ends the depth is the condition that is least fulfilled there', () => {
    const limit = (numbers: FormParameters, own: Partial<FormScales> = {}) =>
      findKernelLimit(numbers, { ...scales, ...own }, {}, depth(numbers, {}, own));
    expect((['signal', 'noise', 'step'] as const).map((name) => limit(only(name)))).toEqual([
      'weak_updates',
      'noisy_updates',
      'unstable_updates',
    ]);
    const aspect = { ...off, aspect: 2, aspect_power: 3 };
    expect(limit(aspect, { kernel: straight(-0.2, 0.1, 30) })).toBe('width');
    expect(limit({ ...usual, noise: OFF })).toBe('unstable_updates');
    expect(limit({ ...usual, noise: OFF, step: 5 })).toBe('weak_updates');
    // nothing limits the depth, or nothing is known there
    expect(findKernelLimit(usual, scales, {}, Number.POSITIVE_INFINITY)).toBeNull();
    expect(findKernelLimit(usual, { kernel: { at: () => null } }, {}, 3)).toBeNull();
  });

  test('the smallest counts; a blend takes off what is near it, by blend × ln 4 at most', () => {
    const [movement, stability] = [9 / 0.2, 3 / 0.1];
    expect(depth({ ...usual, noise: OFF })).toBeCloseTo(Math.min(movement, stability), 10);
    expect(depth({ ...usual, noise: OFF, step: 5 })).toBeCloseTo(movement, 10);
    // ln of a sum that is 0: e^(−(9 − .2 x)/2) + e^(−(3 − .1 x)/2) = 1
    const blended = depth({ ...usual, noise: OFF, blend: 2 });
    expect(Math.exp(-(9 - 0.2 * blended) / 2) + Math.exp(-(3 - 0.1 * blended) / 2)).toBeCloseTo(1, 3);
    const falling = straight(-100, 0);
    const flat = { signal: 1, noise: 1, step: 1, aspect: 1, signal_spread: 0, aspect_power: 0 };
    // (all four are 1 at depth 0, so that the smallest is 1 − blend ln 4)
    expect(depth({ ...flat, blend: 0.99 / Math.log(4) }, {}, { kernel: falling })).toBeGreaterThan(0);
    expect(depth({ ...flat, blend: 1.01 / Math.log(4) }, {}, { kernel: falling })).toBe(0);
  });

  test('a kernel that ends ends the depth; none at all is 0; what never falls is Infinity', () => {
    const ending = (last: number) => ({ at: (at: number) => (at <= last ? straight(0, 0).at(at) : null) });
    expect(depth(usual, {}, { kernel: ending(17) })).toBe(17);
    expect(depth(usual, {}, { kernel: ending(-1) })).toBe(0);
    expect(depth(usual, {}, { kernel: straight(0, 0) })).toBe(Number.POSITIVE_INFINITY);
    expect(depth(only('signal'), {}, { kernel: straight(-9 / (DEEPEST_FORM - 0.5), 0) })).toBeCloseTo(
      1999.5,
      6,
    );
    expect(depth({ ...only('signal'), signal: 0 })).toBe(0);
  });

  test('where shallow networks fall short, the depth is theirs, whatever the form is of deeper ones', () => {
    // above 0 up to depth 6 and from depth 12 on: 6 − x, and x − 12
    const returning = { at: (x: number) => ({ signal: x < 9 ? -x : x - 18, size: 0, variance: 0 }) };
    expect(depth({ ...only('signal'), signal: 6 }, {}, { kernel: returning })).toBeCloseTo(6, 10);
    // below 0 up to depth 4, and above 0 from there to depth 8: −12 + 3 x, and 8 − x
    const rising = { at: (x: number) => ({ signal: x < 5 ? 3 * x : 20 - x, size: 0, variance: 0 }) };
    const climbing = { ...only('signal'), signal: 0 };
    const training = { learning_rate: 0.03 * Math.exp(-6) };
    expect(depth(climbing, training, { kernel: rising })).toBe(0);
  });

  test('the depth of real networks is where the form first falls below 0, layer by layer', () => {
    const { excess } = DEPTH_FORMS.kernel;
    for (const activation of [ACTIVATIONS.tanh, ACTIVATIONS.relu])
      for (const keep of [1, 0.95, 0.5])
        for (const sigma_w2 of [0.05, 0.33, 1, 1.76, 2, 4, 10]) {
          const layer = { sigma_w2, sigma_b2: 0, noise: computeNoise('bernoulli', { keep }) };
          const kernel = tangentKernel(activation, layer, { mean_square: 1, cosine: 0.3 });
          for (const [steps, learning_rate] of [
            [500, 0.03],
            [500, 3e-4],
            [50, 3e-3],
            [20, 3e-3],
            [150, 0.3],
          ] as const) {
            const training = { ...REFERENCE_TRAINING, steps, learning_rate };
            const numbers = { ...fitted, m: 1, n: 1, b: 0, p: 1, v: 0, t: 1 };
            const below = Array.from({ length: 250 }, (_, at) => {
              const updates = kernel.at(at);
              return updates === null || excess(updates, numbers, training, at) < 0;
            });
            const answer = depth(fitted, training, { kernel });
            const first = below.indexOf(true);
            expect(first).toBeGreaterThanOrEqual(0);
            const here = [activation.name, keep, sigma_w2, steps, learning_rate, first, answer];
            const right = first === 0 ? answer === 0 : first - 1 <= answer && answer < first;
            expect([...here, right]).toEqual([...here, true]);
          }
        }
  });

  test('the depth of real networks rises to a learning rate, and falls beyond it', () => {
    const rates = Array.from({ length: 31 }, (_, i) => 1e-4 * 10 ** (i / 6));
    for (const activation of [ACTIVATIONS.tanh, ACTIVATIONS.relu])
      for (const keep of [1, 0.95, 0.6])
        for (const sigma_w2 of [0.1, 0.8, 1.76, 4, 40])
          for (const normalised of [false, true]) {
            const layer = { sigma_w2, sigma_b2: 0.02, noise: computeNoise('bernoulli', { keep }) };
            const kernel = tangentKernel(activation, layer, { mean_square: 1, cosine: 0.3 });
            for (const steps of [10, 500, 1e4]) {
              const depths = rates.map((learning_rate) =>
                depth(fitted, { learning_rate, normalised, steps }, { kernel }),
              );
              const top = depths.indexOf(Math.max(...depths));
              const wrong = depths.filter(
                (value, i) =>
                  i > 0 && (i <= top ? value < (depths[i - 1] ?? 0) : value > (depths[i - 1] ?? 0)),
              );
              expect([activation.name, keep, sigma_w2, steps, wrong]).toEqual([
                activation.name,
                keep,
                sigma_w2,
                steps,
                [],
              ]);
            }
          }
  });
});

test('numbers that cannot be are refused', () => {
  expect(() => depthBy('xi_3' as DepthFormName, { m: 1 })).toThrow('Known: constant');
  for (const bad of [{ m: -1 }, { m: Number.NaN }, { m: 1, b: -1 }, { m: 1, p: -1 }, { m: 1, v: Infinity }])
    expect(() => depthBy('xi_2', bad)).toThrow(RangeError);
  expect(() => depthBy('chaos', { m: 1 })).toThrow('The form chaos needs b.');
  expect(() => depthBy('kernel', { signal: 1 })).toThrow('needs noise');
});
