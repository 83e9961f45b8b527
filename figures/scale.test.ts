import { describe, expect, it } from 'vitest';
import { formatNumber, type ScaleKind, scaleBetween, scaleOf, ticks, widen } from './scale.ts';

const tickValues = (min: number, max: number, kind: ScaleKind = 'linear', count = 6) =>
  ticks(scaleBetween(min, max, kind), count);

describe('scaleOf', () => {
  it('spans the finite values', () => {
    const scale = scaleOf([3, Number.NaN, 1, Number.POSITIVE_INFINITY, 5], 'linear');
    expect([scale.min, scale.max, scale.at(2), scale.at(6)]).toEqual([1, 5, 0.25, 1.25]);
    expect(scale.at(Number.NaN)).toBeNaN();
    expect(scale.at(Number.POSITIVE_INFINITY)).toBeNaN();
  });

  it('is linear where a log scale is not possible', () => {
    expect(scaleOf([0, 1], 'log').kind).toBe('linear');
    expect(scaleOf([0.01, 1], 'log').at(0.1)).toBeCloseTo(0.5, 12);
  });

  it('has a place for equal values, and a range where there are none', () => {
    expect(scaleOf([7, 7], 'linear').at(7)).toBe(0.5);
    expect(scaleOf([], 'log')).toMatchObject({ min: 0, max: 1 });
  });

  it('holds the largest numbers', () => {
    expect(scaleOf([0, Number.MAX_VALUE], 'linear').at(Number.MAX_VALUE)).toBe(1);
    expect(scaleOf([1, Number.MAX_VALUE], 'log').at(1e154)).toBeCloseTo(0.5, 2);
  });
});

describe('widen', () => {
  it('adds a part of the length on both sides', () => {
    expect(widen(scaleBetween(0, 10, 'linear'), 0.1)).toMatchObject({ min: -1, max: 11 });
    expect(widen(scaleBetween(1, 100, 'log'), 0.5)).toMatchObject({ min: 0.1, max: 1000 });
  });

  it('gives a length to what has none', () => {
    for (const value of [0, 3, -3])
      expect(widen(scaleBetween(value, value, 'linear'), 0.1).at(value)).toBe(0.5);
    expect(widen(scaleBetween(8, 8, 'log'), 0.1)).toMatchObject({ min: 4, max: 16 });
  });
});

describe('ticks', () => {
  it('are round', () => {
    expect(tickValues(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(tickValues(1, 4)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4]);
    expect(tickValues(-0.31, 0.29)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2]);
    expect(tickValues(0, 1234)).toEqual([0, 200, 400, 600, 800, 1000, 1200]);
    expect(tickValues(1e-9, 2e-9, 'linear', 2)).toEqual([1e-9, 1.5e-9, 2e-9]);
  });

  it('are powers of ten on a long log scale, and closer on a short one', () => {
    expect(tickValues(0.5, 2e4, 'log')).toEqual([1, 10, 100, 1000, 10000]);
    expect(tickValues(1e-12, 1e12, 'log')).toEqual([1e-10, 1e-5, 1, 1e5, 1e10]);
    expect(tickValues(3, 60, 'log')).toEqual([3, 4, 10, 20, 30, 40]);
    expect(tickValues(6, 9, 'log')).toEqual([6, 6.5, 7, 7.5, 8, 8.5, 9]);
    expect(tickValues(3, 4, 'log')).toEqual([3, 3.2, 3.4, 3.6, 3.8, 4]);
  });

  it.each([
    [5, 5],
    [0, 5e-324],
    [1e9, 1e9 + 1e-6],
    [-Number.MAX_VALUE, Number.MAX_VALUE],
    [1, Number.MAX_VALUE],
    [5e-324, 1e-320],
  ])('are few and within %d and %d, whatever these are', (min, max) => {
    for (const kind of ['linear', ...(min > 0 ? ['log'] : [])] as ScaleKind[]) {
      const values = tickValues(min, max, kind);
      expect(values.length).toBeGreaterThan(0);
      expect(values.length).toBeLessThan(12);
      const slack = (max / 2 - min / 2) * 1e-8;
      for (const value of values) {
        expect(value).toBeGreaterThanOrEqual(min - slack);
        expect(value).toBeLessThanOrEqual(max + slack);
      }
    }
  });
});

it('writes numbers short', () => {
  const numbers = [0, -0.5, 0.1 + 0.2, 12345, 1e5, 2.5e-7, -3e21];
  expect(numbers.map((value) => formatNumber(value))).toEqual([
    '0',
    '-0.5',
    '0.3',
    '12345',
    '1e5',
    '2.5e-7',
    '-3e21',
  ]);
  expect(formatNumber(1 / 3, 4)).toBe('0.3333');
});
