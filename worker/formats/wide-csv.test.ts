import { expect, it } from 'vitest';
import { wideCsv } from './wide-csv.ts';

it('has a row for each y and a column for each x, in their order, empty where there is no value', () => {
  const plane = {
    meta: {},
    x: { name: 'sigma_w2', values: [2, 1] },
    y: { name: 'keep', values: [0.9, 1] },
    measure: 'xi_2',
    values: new Float64Array([1.5, Number.NaN, 3, -4]),
  };
  expect(wideCsv(plane)).toBe('keep \\ sigma_w2,2,1\n0.9,1.5,\n1,3,-4\n');
});
