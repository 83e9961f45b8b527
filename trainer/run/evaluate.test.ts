import { expect, test } from 'vitest';
import type { NoiseLayer } from '../techniques/technique.ts';
import { measureFirstLayer, reportLayers } from './evaluate.ts';

test('q0 and c0 of two images by hand', () => {
  // z = (1, 2) and (3, 1): q_aa 2.5 and 5, q_ab 2.5
  const images = Float32Array.of(1, 0, 0, 1);
  const weights = Float32Array.of(1, 1, 3, 0);
  const found = measureFirstLayer(images, weights, Float32Array.of(0, 1));
  expect(found.q0).toBeCloseTo(3.75, 12);
  expect(found.c0).toBeCloseTo(2.5 / Math.sqrt(12.5), 12);
});

test('what does not exist is null: one image has no pair, and nothing has no direction', () => {
  expect(measureFirstLayer(Float32Array.of(2), Float32Array.of(1), Float32Array.of(0))).toEqual({
    q0: 4,
    c0: null,
  });
  const nothing = measureFirstLayer(new Float32Array(4), new Float32Array(4), new Float32Array(2));
  expect(nothing).toEqual({ q0: 0, c0: null });
});

test('layers report by their own names, and where none does there is no report', () => {
  const layer: NoiseLayer = {
    train: (_, x) => ({ y: x }),
    report: ({ scale }, { mu }) => ({ first: scale?.[0] ?? Number.NaN, mu: mu ?? Number.NaN }),
  };
  const silent: NoiseLayer = { train: (_, x) => ({ y: x }) };
  const value = (name: string, first: number) => ({ name, shape: [1], data: Float32Array.of(first) });
  const values = [
    value('W1', 9),
    value('noise 1 scale', 1),
    value('noise 11 scale', 2),
    value('noise 2 scale', 3),
  ];
  expect(reportLayers([undefined, layer, layer, silent], values, { 'noise 1 mu': 0.5 })).toEqual({
    first: [null, 1, 3, null],
    mu: [null, 0.5, null, null],
  });
  expect(reportLayers([undefined, silent], values, {})).toBeUndefined();
});
