import { expect, test } from 'vitest';
import { createQuantileSource, SLICES, tabulateQuantiles } from './distributions.ts';
import { stream } from './stream.ts';

const N = 200_000;
const uniform = tabulateQuantiles((u) => u);

test('the numbers are those of the distribution: moments, and the share below some edges, within four standard errors', () => {
  const values = new Float32Array(N);
  createQuantileSource(stream(3, 'quantiles'), uniform)(values);
  for (const k of [1, 2, 3]) {
    const found = values.reduce((sum, value) => sum + value ** k, 0) / N;
    const variance = 1 / (2 * k + 1) - 1 / (k + 1) ** 2;
    expect(Math.abs(found - 1 / (k + 1)), `moment ${k}`).toBeLessThan(4 * Math.sqrt(variance / N));
  }
  for (const edge of [0.001, 0.1, 0.5, 0.9, 0.999]) {
    const found = values.reduce((count, value) => count + (value < edge ? 1 : 0), 0) / N;
    expect(Math.abs(found - edge), `edge ${edge}`).toBeLessThan(4 * Math.sqrt((edge * (1 - edge)) / N));
  }
});

test('every slice is drawn', () => {
  const values = new Float32Array(20 * SLICES);
  createQuantileSource(
    stream(4, 'quantiles'),
    Float32Array.from({ length: SLICES }, (_, i) => i),
  )(values);
  // each is missing with probability e^-20
  expect(new Set(values).size).toBe(SLICES);
});

test('neighbours are uncorrelated, and how the sequence is cut does not change it', () => {
  const whole = new Float32Array(N);
  const standard = uniform.map((u) => Math.sqrt(12) * (u - 0.5));
  createQuantileSource(stream(5, 'quantiles'), standard)(whole);
  for (const lag of [1, 2, 3]) {
    let sum = 0;
    for (let i = lag; i < N; i++) sum += (whole[i] as number) * (whole[i - lag] as number);
    expect(Math.abs(sum / Math.sqrt(N)), `lag ${lag}`).toBeLessThan(4);
  }
  const fill = createQuantileSource(stream(5, 'quantiles'), standard);
  const pieces = [1, 1999, 0, 3000].flatMap((length) => {
    const piece = new Float32Array(length);
    fill(piece);
    return [...piece];
  });
  expect(pieces).toEqual([...whole.subarray(0, 5000)]);
});

test('the mean of the slices is what it is said to be, and a table of another length is refused', () => {
  const values = tabulateQuantiles((u) => (u > 0.99901 ? 1000 : 0), 1);
  expect(values.reduce((sum, one) => sum + one, 0) / SLICES).toBeCloseTo(1, 6);
  expect(() => createQuantileSource(stream(1), new Float32Array(3))).toThrow('3 quantiles, not 65536');
});
