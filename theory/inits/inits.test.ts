import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { calculateGain } from './calculate-gain.ts';
import { gainsOf } from './gains.ts';
import { INITS, type InitName, initVariances, TRUNCATED_VARIANCE } from './inits.ts';

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
  const at = (name: InitName, of = {}) => initVariances(name, { fan_in: 200, fan_out: 200, ...of });

  test('published values', () => {
    expect(at('kaiming_normal', { gain: calculateGain('relu') }).sigma_w2).toBeCloseTo(2, 12);
    expect(at('mlx_linear').sigma_w2).toBe(1 / 3);
    expect(at('xavier_normal', { gain: calculateGain('tanh') }).sigma_w2).toBeCloseTo(25 / 9, 12);
    expect(at('kaiming_normal', { gain: calculateGain('selu') }).sigma_w2).toBe(0.5625);
  });

  test('nn.Linear is kaiming_uniform with a = √5, and its bias variance is 1 / (3 fan_in)', () => {
    expect(at('kaiming_uniform', { gain: calculateGain('leaky_relu', Math.sqrt(5)) }).sigma_w2).toBeCloseTo(
      1 / 3,
      14,
    );
    expect(initVariances('pytorch_linear', { fan_in: 300 })).toEqual({ sigma_w2: 1 / 3, sigma_b2: 1 / 900 });
  });

  test('shape: xavier takes the mean of the fans, orthogonal the larger one, kaiming only fan_in', () => {
    const shape = { fan_in: 100, fan_out: 300 };
    expect(at('xavier_uniform', shape).sigma_w2).toBe(0.5);
    expect(at('keras_dense', { ...shape, gain: 3 }).sigma_w2).toBe(0.5);
    expect(at('orthogonal', shape).sigma_w2).toBeCloseTo(1 / 3, 15);
    expect(at('orthogonal', { fan_in: 300, fan_out: 100, gain: 2 }).sigma_w2).toBe(4);
    expect(at('kaiming_fan_out', shape).sigma_w2).toBeCloseTo(1 / 3, 15);
    expect(initVariances('lecun_normal').sigma_w2).toBe(1);
    expect(initVariances('keras_he_normal').sigma_w2).toBe(2);
    expect(initVariances('flax_dense')).toEqual({ sigma_w2: 1, sigma_b2: 0 });
  });

  test('fixed standard deviations', () => {
    expect(at('keras_random_normal').sigma_w2).toBeCloseTo(0.5, 14);
    expect(at('keras_truncated_normal').sigma_w2).toBeCloseTo(0.5 * 0.87962566103423978 ** 2, 12);
    expect(TRUNCATED_VARIANCE).toBeCloseTo(0.87962566103423978 ** 2, 14);
  });

  test('every entry works for a square layer, and says what it needs', () => {
    for (const [name, { needs }] of Object.entries(INITS)) {
      const { sigma_w2, sigma_b2 } = at(name as InitName);
      expect(sigma_w2).toBeGreaterThan(0);
      expect(sigma_b2).toBeGreaterThanOrEqual(0);
      if ((needs as readonly string[]).includes('fan_in'))
        expect(() => initVariances(name as InitName, { fan_out: 3 })).toThrow('fan_in');
    }
    // @ts-expect-error an unknown name
    expect(() => initVariances('he')).toThrow('Known: pytorch_linear');
    expect(() => initVariances('lecun_normal', { gain: -1 })).toThrow('gain');
    expect(() => initVariances('orthogonal', { fan_in: 0, fan_out: 1 })).toThrow('fan_in');
  });
});

describe('gains', () => {
  test('of relu, with the published 1/std', () => {
    const { inverse_std, second_moment, chi_1 } = gainsOf(ACTIVATIONS.relu);
    expect(inverse_std).toBeCloseTo(1 / Math.sqrt(0.5 - 0.5 / Math.PI), 13);
    expect(inverse_std).toBeCloseTo(1.71307873, 2);
    for (const gain of [second_moment, chi_1]) expect(gain).toBeCloseTo(Math.SQRT2, 14);
  });

  test('of sigmoid, whose mean is not 0, and of tanh and selu', () => {
    expect(gainsOf(ACTIVATIONS.sigmoid).inverse_std).toBeCloseTo(4.806765, 1);
    expect(gainsOf(ACTIVATIONS.tanh).second_moment).toBeCloseTo(1 / Math.sqrt(0.3942944904), 8);
    expect(gainsOf(ACTIVATIONS.selu).second_moment).toBeCloseTo(1, 7);
    expect(gainsOf(ACTIVATIONS.selu).inverse_std).toBeCloseTo(1, 7);
  });

  test('at another q, and refused at none', () => {
    expect(gainsOf(ACTIVATIONS.linear, 4)).toEqual({ inverse_std: 0.5, second_moment: 0.5, chi_1: 1 });
    expect(() => gainsOf(ACTIVATIONS.tanh, 0)).toThrow(RangeError);
  });
});
