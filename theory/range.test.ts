import { expect, test } from 'vitest';
import { ACTIVATIONS } from './activations/index.ts';
import { FLOAT32, rangeDepth } from './range.ts';

const { linear, relu, tanh, erf } = ACTIVATIONS;

/** Layers until q leaves the range, one by one, with the part of the last layer by linear interpolation of ln q. */
function walk(step: (q: number) => number, q0: number): number {
  let q = q0;
  for (let layer = 0; ; layer++) {
    const next = step(q);
    if (next > FLOAT32.max || next < FLOAT32.min) {
      const end = next > q ? FLOAT32.max : FLOAT32.min;
      return layer + Math.log(end / q) / Math.log(next / q);
    }
    q = next;
  }
}

test.each([
  [relu, 4, 0, 1],
  [relu, 3, 0.7, 5],
  [relu, 1, 0, 1e6],
  [linear, 1.001, 1e3, 1e-12],
  [linear, 0.9, 0, 1],
  [linear, 0.9, 1e-39, 1],
  [tanh, 0.9, 0, 1],
  [tanh, 0.99, 0, 1e12],
  [tanh, 1e-3, 0, 1],
  [erf, 0.7, 0, 3],
])('%# the closed form agrees with the walk', (activation, gain, bias, q0) => {
  const walked = walk((q) => q * gain * activation.moments(q).ratio + bias, q0);
  expect((rangeDepth(activation, gain, bias, q0) as number) / walked).toBeCloseTo(1, 3);
});

test('linear growth', () => {
  expect(rangeDepth(relu, 2, 0.5, 1)).toBeCloseTo(FLOAT32.max / 0.5, -24);
  const nearly = rangeDepth(relu, 2 + 2 ** -51, 1, 1) as number;
  expect(nearly).toBeLessThan(FLOAT32.max);
  expect(nearly).toBeGreaterThan(1e16);
});

test('never, or not in any number of layers that could be written', () => {
  expect(rangeDepth(relu, 1, 0.1, 1)).toBeNull();
  expect(rangeDepth(relu, 2, 0, 1)).toBeNull();
  expect(rangeDepth(relu, 2, 5e-324, 1)).toBeNull();
  expect(rangeDepth(tanh, 3, 0, 1)).toBeNull();
  expect(rangeDepth(tanh, 1, 0, 1)).toBeNull();
  expect(rangeDepth(tanh, 0.5, 0.1, 1)).toBeNull();
});

test('a weight variance of zero ends it at once', () => {
  expect(rangeDepth(relu, 0, 0, 1)).toBe(0);
  expect(rangeDepth(tanh, 0, 0, 1)).toBe(1);
});
