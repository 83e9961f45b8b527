import { expect, test } from 'vitest';
import { firstLayer } from './first-layer.ts';

test('q0 and c0 of two images by hand', () => {
  // z = (1, 2) and (3, 1): q_aa 2.5 and 5, q_ab 2.5
  const images = Float32Array.of(1, 0, 0, 1);
  const weights = Float32Array.of(1, 1, 3, 0);
  const found = firstLayer(images, weights, Float32Array.of(0, 1));
  expect(found.q0).toBeCloseTo(3.75, 12);
  expect(found.c0).toBeCloseTo(2.5 / Math.sqrt(12.5), 12);
});

test('what does not exist is null: one image has no pair, and nothing has no direction', () => {
  expect(firstLayer(Float32Array.of(2), Float32Array.of(1), Float32Array.of(0))).toEqual({ q0: 4, c0: null });
  const nothing = firstLayer(new Float32Array(4), new Float32Array(4), new Float32Array(2));
  expect(nothing).toEqual({ q0: 0, c0: null });
});
