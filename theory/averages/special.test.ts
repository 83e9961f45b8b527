import { expect, test } from 'vitest';
import { Meter } from '../work.ts';
import { arcsinePair, erf, findAngle, logisticMixture, millsRatio, misalignment } from './special.ts';

test('the angle between two inputs and back, also where 1 − m is 1', () => {
  for (const m of [1e-30, 1e-9, 0.3, 1, 1.9])
    expect(Math.abs(misalignment(findAngle(m)) / m - 1)).toBeLessThan(1e-15);
  expect(findAngle(2)).toBe(Math.PI);
  expect(findAngle(2 + 1e-15)).toBe(Math.PI);
});

test.each([
  [0, 0],
  [1e-10, 1.1283791670955126e-10],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.4999, 0.9995928300996666],
  [2.5001, 0.9995932657565293],
  [3, 0.9999779095030014],
  [5, 0.9999999999984626],
  [40, 1],
])('erf(%d)', (x, value) => {
  expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(4e-16 * value);
  expect(erf(-x)).toBe(-erf(x));
});

test.each([
  [0.1, 0],
  [2, 4],
  [2.4, 4],
  [2.6, 6],
  [5.9, 2],
  [7, 0],
])('erf(%d) is counted its terms', (x, evaluations) => {
  const meter = new Meter();
  meter.run(() => erf(x));
  expect(meter.spent).toBe(evaluations);
});

// from the series e^{x²/2} √(π/2) − Σ x^(2n+1)/(2n+1)!! with 60 digits, for large x from the continued fraction
test.each([
  [0, 1.2533141373155003],
  [0.1, 1.159262399618736],
  [1, 0.655679542418798],
  [2, 0.4213692292880545],
  [2.5, 0.3542651113297937],
  [3.4999, 0.2665744704092032],
  [3.5, 0.2665677689682238],
  [10, 0.09902859647173193],
  [100, 0.00999900029985011],
])('millsRatio(%d)', (x, value) => {
  expect(Math.abs(millsRatio(x) / value - 1)).toBeLessThan(3e-15);
});

test('R′ = x R − 1, by central differences', () => {
  for (const x of [0.3, 1.7, 3.2, 3.8, 6]) {
    const slope = (millsRatio(x + 1e-5) - millsRatio(x - 1e-5)) / 2e-5;
    expect(slope).toBeCloseTo(x * millsRatio(x) - 1, 8);
  }
});

test('the difference of two arcsines, where it does not cancel', () => {
  for (const [q, m, v] of [
    [1, 1, 0.5],
    [3, 0.4, 0.2],
    [0.1, 0.7, 2],
  ] as const) {
    const s = q / (q + v);
    const { angle, slope } = arcsinePair(q, m, v * v + 2 * q * v);
    expect(angle).toBeCloseTo(Math.asin(s) - Math.asin(s * (1 - m)), 14);
    expect(slope).toBeCloseTo(1 / Math.sqrt((q + v) ** 2 - (q * (1 - m)) ** 2), 14);
  }
});

test('where two arcsines would cancel the angle tends to q m times the slope', () => {
  const { angle, slope } = arcsinePair(2, 1e-20, 2.25);
  expect(angle / (2e-20 * slope)).toBeCloseTo(1, 14);
});

test('the mixture of error functions is tanh', () => {
  const { variances, weights } = logisticMixture();
  for (const x of [1e-12, 0.01, 0.3, 1, 2.5, 6, 15]) {
    const sum = variances.reduce((a, v, i) => a + (weights[i] as number) * erf(x / Math.sqrt(2 * v)), 0);
    expect(Math.abs(sum / Math.tanh(x) - 1)).toBeLessThan(2e-15);
  }
});

test('its variance is that of the logistic distribution', () => {
  const { variances, weights } = logisticMixture();
  expect(variances.reduce((a, v, i) => a + (weights[i] as number) * v, 0)).toBeCloseTo(Math.PI ** 2 / 12, 14);
});
