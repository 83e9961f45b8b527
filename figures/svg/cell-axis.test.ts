import { describe, expect, it } from 'vitest';
import { cellAxis } from './cell-axis.ts';

const range = (length: number, of: (i: number) => number) => Array.from({ length }, (_, i) => of(i));
const labels = (values: number[]) => cellAxis(values).ticks.map(({ label }) => label);

describe('cellAxis', () => {
  it('labels few cells with their own values, in their middles', () => {
    expect(cellAxis([5, 10, 80]).ticks).toEqual([
      { label: '5', at: 1 / 6 },
      { label: '10', at: 0.5 },
      { label: '80', at: 5 / 6 },
    ]);
  });

  it('has round ticks where there are many, evenly or by logarithm', () => {
    expect(labels(range(100, (i) => 1 + (3 * i) / 99))).toEqual(['1', '1.5', '2', '2.5', '3', '3.5', '4']);
    expect(labels(range(31, (i) => 10 ** (i / 10)))).toEqual(['1', '2', '10', '20', '100', '200', '1000']);
  });

  it('labels up to twelve even cells themselves, and every second one of thirteen uneven ones', () => {
    const even = (length: number) => range(length, (i) => 1 + 0.3 * i);
    expect(labels(even(12))).toHaveLength(12);
    expect(labels(even(13))).toEqual(['1', '1.5', '2', '2.5', '3', '3.5', '4', '4.5']);
    expect(labels(range(12, (i) => i * i))).toHaveLength(12);
    expect(labels(range(13, (i) => i * i))).toEqual(['0', '4', '16', '36', '64', '100', '144']);
  });

  it('labels some of many uneven cells', () => {
    const values = range(30, (i) => i * i);
    expect(labels(values)).toEqual(['0', '9', '36', '81', '144', '225', '324', '441', '576', '729']);
  });

  it('finds the place of any value', () => {
    const { at } = cellAxis([5, 10, 80]);
    expect([5, 10, 45].map(at)).toEqual([1 / 6, 0.5, 2 / 3]);
    // beyond the ends the outermost interval goes on
    expect(at(0)).toBeCloseTo(-1 / 6, 12);
    expect(at(150)).toBeCloseTo(7 / 6, 12);
  });

  it('interpolates logarithms between values that are even in them', () => {
    expect(cellAxis([1, 10, 100, 1000]).at(Math.sqrt(10))).toBeCloseTo(0.25, 12);
  });

  it('turns with falling values', () => {
    const { at, low, high } = cellAxis([3, 2, 1]);
    expect([at(3), at(1), low, high]).toEqual([1 / 6, 5 / 6, 1, 0]);
  });

  it('knows one place on an axis of one value, and none without values', () => {
    const { at } = cellAxis([4]);
    expect([at(4), at(5)]).toEqual([0.5, Number.NaN]);
    expect(cellAxis([]).ticks).toEqual([]);
  });
});
