import { expect, test } from 'vitest';
import { cumulate } from './quadrature.ts';
import {
  chebyshevAt,
  chebyshevFit,
  chebyshevLength,
  chebyshevPoints,
  chebyshevTable,
  chebyshevValue,
} from './tables.ts';

const wave = (x: number) => Math.exp(x) * Math.sin(3 * x);
const change = (x: number) => Math.exp(x) * (Math.sin(3 * x) + 3 * Math.cos(3 * x));

test('a series has the values and the derivative of an analytic function', () => {
  const series = chebyshevFit(chebyshevPoints(24).map(wave));
  const out = new Float64Array(2);
  for (const x of [0, 0.1, 0.5, 0.77, 1]) {
    chebyshevAt(series, x, out);
    expect(out[0]).toBeCloseTo(wave(x), 13);
    expect(out[1]).toBeCloseTo(change(x), 11);
    expect(chebyshevValue(series, x)).toBe(out[0]);
  }
});

test('its length is where the coefficients have become nothing', () => {
  const series = chebyshevFit(chebyshevPoints(60).map(wave));
  const length = chebyshevLength(series, 1e-14);
  expect(length).toBeGreaterThan(10);
  expect(length).toBeLessThan(24);
  expect(chebyshevLength(Float64Array.of(1e-20, 1e-20), 1e-14, 1)).toBe(0);
});

test('a table is a series in both variables', () => {
  const f = (x: number, y: number) => Math.cos(2 * x * y) + y * y;
  const rows = Array.from(chebyshevPoints(20), (x) => chebyshevFit(chebyshevPoints(20).map((y) => f(x, y))));
  const { at, columns } = chebyshevTable(rows, (one, largest) => chebyshevLength(one, 1e-17, largest));
  const series = new Float64Array(columns);
  for (const x of [0, 0.3, 1]) {
    at(x, series);
    for (const y of [0, 0.6, 1]) expect(chebyshevValue(series, y)).toBeCloseTo(f(x, y), 13);
  }
});

test('integrals to rising ends', () => {
  const ends = Float64Array.of(0.5, 1, 1.7);
  cumulate(ends, change).forEach((sum, i) => {
    expect(sum).toBeCloseTo(wave(ends[i] as number), 13);
  });
  expect(cumulate(ends, change, 0.2)[1]).toBeCloseTo(wave(1) - wave(0.2), 13);
});
