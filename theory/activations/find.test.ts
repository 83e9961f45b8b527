import { expect, test } from 'vitest';
import { ACTIVATIONS, activationAt, activationParameters } from './index.ts';
import { wrap } from './wrap.ts';

test('parameters have defaults and ranges, and unknown ones are named', () => {
  expect(activationParameters('leaky_relu').slope).toEqual({ default: 0.01, min: -1, max: 1 });
  expect(Object.keys(activationParameters('tanh'))).toEqual([
    'input_scale',
    'input_shift',
    'output_scale',
    'output_shift',
  ]);
  expect(activationAt('tanh')).toBe(ACTIVATIONS.tanh);
  expect(activationAt('leaky_relu', { slope: 0.2 }).moments(1).ratio).toBeCloseTo(0.52, 15);
  expect(activationAt('elu', { alpha: 0.5, output_scale: 2 }).phi(-1)).toBeCloseTo(Math.expm1(-1), 15);
  expect(() => activationAt('tanh', { slope: 1 })).toThrow(/no parameter "slope"/);
  expect(() => activationAt('elu', { alpha: -1 })).toThrow(/between 0 and 10/);
  expect(() => activationAt('elu', { alpha: Number.NaN })).toThrow(RangeError);
  expect(() => activationAt('swish' as 'silu')).toThrow(/Unknown activation/);
  expect(() => wrap(ACTIVATIONS.tanh, { input_scale: 0 })).toThrow(/in size at least 0.000001/);
});

test('a wrap inside a wrap is one wrap', () => {
  const twice = wrap(wrap(ACTIVATIONS.tanh, { input_scale: 2, output_shift: 0.3 }), {
    input_shift: 0.2,
    output_scale: -3,
  });
  const once = wrap(ACTIVATIONS.tanh, {
    input_scale: 2,
    input_shift: 0.4,
    output_shift: 0.3,
    output_scale: -3,
  });
  expect(twice.phi(0.7)).toBeCloseTo(once.phi(0.7), 14);
  for (const key of ['ratio', 'lift', 'drift', 'variance', 'slope2', 'radial'] as const)
    expect(twice.moments(1.3)[key]).toBeCloseTo(once.moments(1.3)[key], 12);
  expect(twice.pair(1.3)(0.4).gap).toBeCloseTo(once.pair(1.3)(0.4).gap, 12);
});

test('sin shifted by π/2 is cos, and an odd φ mirrored is −φ', () => {
  const shifted = wrap(ACTIVATIONS.sin, { input_shift: Math.PI / 2 });
  expect(shifted.parity).toBe('even');
  expect(shifted.pair(2)(0.6)).toEqual(ACTIVATIONS.cos.pair(2)(0.6));
  const mirrored = wrap(ACTIVATIONS.elu, { input_scale: -1 });
  expect(mirrored.asymptote).toEqual([-1, -0]);
  expect(mirrored.moments(1).ratio).toBe(ACTIVATIONS.elu.moments(1).ratio);
});
