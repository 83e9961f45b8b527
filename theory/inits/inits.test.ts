import { describe, expect, test } from 'vitest';
import type { InitName } from '../../catalogue/inits.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { ParameterError } from '../parameter-error.ts';
import { convolutionShape } from './convolution.ts';
import { calculateGain, computeGains } from './gains.ts';
import { INITS, type Init, initVariances, takesGain } from './inits.ts';
import { type InitArguments, TRUNCATED_VARIANCE, truncatedVariance } from './rules.ts';

test.each([
  ['linear', undefined, 1],
  ['sigmoid', undefined, 1],
  ['tanh', undefined, 5 / 3],
  ['relu', undefined, Math.SQRT2],
  ['leaky_relu', undefined, Math.sqrt(2 / 1.0001)],
  ['leaky_relu', Math.sqrt(5), 1 / Math.sqrt(3)],
  ['selu', undefined, 0.75],
] as const)('calculate_gain of %s, %s', (name, slope, gain) => {
  expect(calculateGain(name, slope)).toBeCloseTo(gain, 14);
});

test('calculate_gain refuses what it does not know', () => {
  // @ts-expect-error an unknown name
  expect(() => calculateGain('gelu')).toThrow('Known: linear');
  expect(() => calculateGain('leaky_relu', Number.NaN)).toThrow('slope');
});

describe('what initialisers mean', () => {
  const at = (name: InitName, of: InitArguments = {}) =>
    initVariances(name, { fan_in: 200, fan_out: 200, ...of });

  test('published values, and the defaults of PyTorch whatever the activation', () => {
    for (const name of ['kaiming_normal', 'kaiming_uniform', 'kaiming_fan_out'] as const)
      expect(at(name).sigma_w2).toBe(2);
    expect(at('kaiming_normal', { gain: 'relu' }).sigma_w2).toBe(2);
    expect(at('mlx_linear').sigma_w2).toBe(1 / 3);
    expect(at('mlx_he_normal').sigma_w2).toBe(1);
    expect(at('xavier_normal', { gain: 'tanh' }).sigma_w2).toBe(25 / 9);
    expect(at('kaiming_normal', { nonlinearity: 'selu' }).sigma_w2).toBe(0.5625);
  });

  test('nn.Linear is kaiming_uniform with a = √5, and its bias variance is 1 / (3 fan_in)', () => {
    expect(at('kaiming_uniform', { a: Math.sqrt(5) }).sigma_w2).toBeCloseTo(1 / 3, 14);
    expect(initVariances('pytorch_linear', { fan_in: 300 })).toEqual({ sigma_w2: 1 / 3, sigma_b2: 1 / 900 });
  });

  test('shape: xavier takes the mean of the fans, orthogonal the larger side, kaiming the fan of its mode', () => {
    const shape = { fan_in: 100, fan_out: 300 };
    expect(at('xavier_uniform', shape).sigma_w2).toBe(0.5);
    expect(at('keras_dense', shape).sigma_w2).toBe(0.5);
    expect(at('orthogonal', shape).sigma_w2).toBeCloseTo(1 / 3, 15);
    expect(at('orthogonal', { fan_in: 300, fan_out: 100, gain: 2 }).sigma_w2).toBe(4);
    expect(at('kaiming_fan_out', shape).sigma_w2).toBeCloseTo(2 / 3, 15);
    expect(at('kaiming_normal', { ...shape, mode: 'fan_out' }).sigma_w2).toBeCloseTo(2 / 3, 15);
    expect(initVariances('lecun_normal').sigma_w2).toBe(1);
    expect(initVariances('keras_he_normal').sigma_w2).toBe(2);
    expect(initVariances('flax_dense')).toEqual({ sigma_w2: 1, sigma_b2: 0 });
  });

  test('sigma_w2 is the square of a gain, exactly', () => {
    expect(at('gaussian', { sigma_w2: 1.76 }).sigma_w2).toBe(1.76);
    expect(at('kaiming_uniform', { sigma_w2: 1.8 }).sigma_w2).toBe(1.8);
    expect(Object.keys(INITS).filter((name) => takesGain(name as InitName))).not.toContain('keras_he_normal');
  });

  test('standard deviations, cut off at two of them or at numbers', () => {
    expect(at('keras_random_normal').sigma_w2).toBeCloseTo(0.5, 14);
    expect(at('keras_truncated_normal').sigma_w2).toBeCloseTo(0.5 * 0.87962566103423978 ** 2, 12);
    expect(initVariances('keras_truncated_normal', { std: 0.1, fan_in: 784 }).sigma_w2).toBeCloseTo(
      6.066131819831398,
      12,
    );
    expect(at('trunc_normal').sigma_w2).toBeCloseTo(200 * TRUNCATED_VARIANCE, 10);
    expect(at('trunc_normal', { std: 0.02 }).sigma_w2).toBe(0.02 ** 2 * 200);
    // (so wide that a uniform law between the ends is left)
    expect(at('trunc_normal', { std: 1000 }).sigma_w2).toBeCloseTo((200 * 4) / 3, 2);
    expect(TRUNCATED_VARIANCE).toBeCloseTo(0.87962566103423978 ** 2, 14);
  });

  test('the variance of a truncated normal, against a sum over its density', () => {
    for (const cut of [1e-4, 0.1, 0.999, 1, 1.001, 2, 5, 39, 41, Number.POSITIVE_INFINITY]) {
      const end = Math.min(cut, 12);
      let [mass, square] = [0, 0];
      for (let i = 0; i < 20_000; i++) {
        const z = ((i + 0.5) / 20_000) * end;
        const density = Math.exp((-z * z) / 2);
        mass += density;
        square += z * z * density;
      }
      expect(truncatedVariance(cut) / (square / mass)).toBeCloseTo(1, 7);
    }
    expect(truncatedVariance(2)).toBeCloseTo(TRUNCATED_VARIANCE, 14);
  });

  test('every entry works for a square layer, and says what it needs', () => {
    for (const [name, { parameters, sizes }] of Object.entries<Init>(INITS)) {
      const needed = Object.values(parameters).includes(null) ? { a: -1, b: 1 } : {};
      const { sigma_w2, sigma_b2 } = at(name as InitName, needed);
      expect(sigma_w2).toBeGreaterThan(0);
      expect(sigma_b2).toBeGreaterThanOrEqual(0);
      if (sizes({}).includes('fan_in'))
        expect(() => initVariances(name as InitName, { ...needed, fan_out: 3 })).toThrow('fan_in');
    }
  });

  const refused = (name: string, of: object) => {
    try {
      initVariances(name as InitName, { fan_in: 10, fan_out: 10, ...of });
    } catch (error) {
      if (error instanceof ParameterError) return [error.parameter, error.code];
      throw error;
    }
    return undefined;
  };

  test.each([
    ['he', {}, 'init', 'unknown_name'],
    ['toString', {}, 'init', 'unknown_name'],
    ['lecun_normal', { gain: -1 }, 'gain', 'out_of_range'],
    ['lecun_normal', { gain: 'gelu' }, 'nonlinearity', 'unknown_name'],
    ['keras_he_normal', { gain: 3 }, 'gain', 'not_applicable'],
    ['keras_he_normal', { sigma_w2: 3 }, 'sigma_w2', 'not_applicable'],
    ['pytorch_linear', { std: 3 }, 'std', 'not_applicable'],
    ['kaiming_normal', { gain: 2, nonlinearity: 'tanh' }, 'gain', 'conflict'],
    ['kaiming_normal', { a: 0.1, nonlinearity: 'tanh' }, 'a', 'not_applicable'],
    ['xavier_normal', { gain: 2, sigma_w2: 4 }, 'sigma_w2', 'conflict'],
    ['uniform', {}, 'a', 'missing'],
    ['uniform', { a: 0, b: 1 }, 'a', 'out_of_range'],
    ['keras_random_uniform', { maxval: 0.1 }, 'minval', 'out_of_range'],
    ['trunc_normal', { a: -1 }, 'a', 'out_of_range'],
    ['keras_variance_scaling', { scale: 0 }, 'scale', 'out_of_range'],
    ['normal', { std: -1 }, 'std', 'out_of_range'],
    ['orthogonal', { fan_in: 0 }, 'fan_in', 'out_of_range'],
    ['orthogonal', { fan_out: Number.NaN }, 'fan_out', 'missing'],
  ])('%s with %o is refused for its %s: %s', (name, of, parameter, code) => {
    expect(refused(name, of)).toEqual([parameter, code]);
  });
});

describe('convolutions', () => {
  test('fan_in is what one output sums over, fan_out does not know of groups', () => {
    const convolution = { in_channels: 64, out_channels: 128, kernel: [3, 3] };
    expect(convolutionShape(convolution)).toEqual({ fan_in: 576, fan_out: 1152, outputs: 128 });
    expect(convolutionShape({ ...convolution, groups: 4 })).toEqual({
      fan_in: 144,
      fan_out: 1152,
      outputs: 128,
    });
    expect(convolutionShape({ in_channels: 8, kernel: [5] })).toEqual({
      fan_in: 40,
      fan_out: 40,
      outputs: 8,
    });
  });

  test.each([
    [{ in_channels: 0, kernel: [3] }, 'in_channels'],
    [{ in_channels: 8, kernel: [3, 0.5] }, 'kernel_size'],
    [{ in_channels: 8, kernel: [3], groups: 3 }, 'groups'],
    [{ in_channels: 8, out_channels: 3, kernel: [3], groups: 4 }, 'groups'],
  ])('%o is refused', (convolution, parameter) => {
    expect(() => convolutionShape(convolution)).toThrow(expect.objectContaining({ parameter }));
  });
});

describe('gains', () => {
  test('of relu, with the published 1/std', () => {
    const { inverse_std, second_moment, chi_1 } = computeGains(ACTIVATIONS.relu);
    expect(inverse_std).toBeCloseTo(1 / Math.sqrt(0.5 - 0.5 / Math.PI), 13);
    expect(inverse_std).toBeCloseTo(1.71307873, 2);
    for (const gain of [second_moment, chi_1]) expect(gain).toBeCloseTo(Math.SQRT2, 14);
  });

  test('of sigmoid, whose mean is not 0, and of tanh and selu', () => {
    expect(computeGains(ACTIVATIONS.sigmoid).inverse_std).toBeCloseTo(4.806765, 1);
    expect(computeGains(ACTIVATIONS.tanh).second_moment).toBeCloseTo(1 / Math.sqrt(0.3942944904), 8);
    expect(computeGains(ACTIVATIONS.selu).second_moment).toBeCloseTo(1, 7);
    expect(computeGains(ACTIVATIONS.selu).inverse_std).toBeCloseTo(1, 7);
  });

  test('at another q, and refused at none', () => {
    expect(computeGains(ACTIVATIONS.linear, 4)).toEqual({ inverse_std: 0.5, second_moment: 0.5, chi_1: 1 });
    expect(() => computeGains(ACTIVATIONS.tanh, 0)).toThrow(ParameterError);
  });
});
