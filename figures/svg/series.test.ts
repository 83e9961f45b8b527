import { describe, expect, it } from 'vitest';
import { ParameterError } from '../../theory/index.ts';
import type { Table } from '../table.ts';
import { seriesOf } from './series.ts';

const TABLE: Table = {
  meta: {},
  columns: ['activation', 'sigma_w2', 'keep', 'xi_2'],
  rows: [
    { activation: 'tanh', sigma_w2: 2, keep: 1, xi_2: 20 },
    { activation: 'tanh', sigma_w2: 1, keep: 1, xi_2: 10 },
    { activation: 'tanh', sigma_w2: 3, keep: 1, xi_2: null },
    { activation: 'tanh', sigma_w2: 1, keep: 0.9, xi_2: 5 },
  ],
};
const BY = ['activation', 'sigma_w2', 'keep', 'drop'];

describe('seriesOf', () => {
  it('lays the parameter with the most values along x, in order, and names the others that vary', () => {
    expect(seriesOf(TABLE, { y: ['xi_2'], by: BY })).toEqual({
      x: 'sigma_w2',
      fixed: { activation: 'tanh' },
      series: [
        {
          name: 'xi_2',
          label: 'keep = 1',
          points: [
            { x: 1, y: 10 },
            { x: 2, y: 20 },
            { x: 3, y: Number.NaN },
          ],
        },
        { name: 'xi_2', label: 'keep = 0.9', points: [{ x: 1, y: 5 }] },
      ],
    });
  });

  it('takes another x', () => {
    const { x, series } = seriesOf(TABLE, { x: 'keep', y: ['xi_2'], by: BY });
    expect([x, series.map(({ label }) => label)]).toEqual([
      'keep',
      ['sigma_w2 = 2', 'sigma_w2 = 1', 'sigma_w2 = 3'],
    ]);
    expect(series[1]?.points).toEqual([
      { x: 0.9, y: 5 },
      { x: 1, y: 10 },
    ]);
  });

  it('keeps lines apart that are named alike', () => {
    const rows = [1, 1 + 1e-9].flatMap((keep) => [1, 2, 3].map((sigma_w2) => ({ sigma_w2, keep, xi_2: 1 })));
    expect(seriesOf({ ...TABLE, rows }, { x: 'sigma_w2', y: ['xi_2'], by: BY }).series.length).toBe(2);
  });

  it('makes no lines of what varies along x, and takes a null there for what the other layers have', () => {
    const layers = (sigma_w2: number, keeps: readonly (number | null)[]) =>
      keeps.map((keep, layer) => ({ sigma_w2, keep, layer, q: layer }));
    const columns = ['sigma_w2', 'keep', 'layer', 'q'];
    const ask = (...of: object[][]) =>
      seriesOf(
        { meta: {}, columns, rows: of.flat() as Table['rows'] },
        { x: 'layer', y: ['q'], by: ['sigma_w2', 'keep'] },
      );
    const one = ask(layers(1, [null, 0.9, 0.9]));
    expect([one.fixed, one.series.map(({ label }) => label)]).toEqual([
      { sigma_w2: '1', keep: '0.9' },
      ['q'],
    ]);
    const two = ask(layers(1, [null, 0.9, 0.9]), layers(1, [null, 0.8, 0.8]));
    expect(two.series.map(({ label, points }) => [label, points.length])).toEqual([
      ['keep = 0.9', 3],
      ['keep = 0.8', 3],
    ]);
    const scheduled = ask(layers(1, [null, 1, 0.8]), layers(2, [null, 1, 0.8]));
    expect(scheduled.series.map(({ label }) => label)).toEqual(['sigma_w2 = 1', 'sigma_w2 = 2']);
    expect(scheduled.fixed).toEqual({});
  });

  it('has the ends of intervals, open ones too', () => {
    const columns = ['x', 'y', 'low', 'high'];
    const rows = [
      { x: 1, y: 2, low: 1, high: 3 },
      { x: 2, y: 2, low: null, high: 3 },
      { x: 3, y: null, low: 5, high: null },
      { x: 4, y: null, low: null, high: null },
    ];
    const { series } = seriesOf(
      { meta: {}, columns, rows },
      { y: ['y'], by: ['x'], intervals: { y: ['low', 'high'] } },
    );
    expect(series[0]?.points).toEqual([
      { x: 1, y: 2, low: 1, high: 3 },
      { x: 2, y: 2, low: Number.NEGATIVE_INFINITY, high: 3 },
      { x: 3, y: Number.NaN, low: 5, high: Number.POSITIVE_INFINITY },
      { x: 4, y: Number.NaN },
    ]);
  });

  it('refuses columns that do not exist, and an x without numbers', () => {
    expect(() => seriesOf(TABLE, { y: ['xi_3'], by: BY })).toThrow(
      new ParameterError(
        'field',
        'unknown_name',
        'There is no column "xi_3". Did you mean "xi_2"? Columns: activation, sigma_w2, keep, xi_2.',
      ),
    );
    expect(() => seriesOf(TABLE, { x: 'activation', y: ['xi_2'], by: BY })).toThrow(
      'column of numbers along x',
    );
    expect(() => seriesOf({ ...TABLE, rows: [] }, { y: ['xi_2'], by: BY })).toThrow('at least one row');
  });
});
