import { expect, test } from 'vitest';
import { reportLayers } from '../networks/noise.ts';
import type { NoiseLayer } from '../techniques/technique.ts';

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
