import { expect, test } from 'vitest';
import { erf } from '../../theory/averages/special.ts';
import { computeNoise } from '../../theory/index.ts';
import {
  createBetaInverse,
  createGaussianSource,
  createQuantileSource,
  SLICES,
  tabulateQuantiles,
} from './distributions.ts';
import { createStream } from './stream.ts';

const N = 200_000;
const uniform = tabulateQuantiles((u) => u);

test('the numbers are those of the distribution: moments, and the share below some edges, within four standard errors', () => {
  const values = new Float32Array(N);
  createQuantileSource(createStream(3, 'quantiles'), uniform)(values);
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
    createStream(4, 'quantiles'),
    Float32Array.from({ length: SLICES }, (_, i) => i),
  )(values);
  // each is missing with probability e^-20
  expect(new Set(values).size).toBe(SLICES);
});

test('neighbours are uncorrelated, and how the sequence is cut does not change it', () => {
  const whole = new Float32Array(N);
  const standard = uniform.map((u) => Math.sqrt(12) * (u - 0.5));
  createQuantileSource(createStream(5, 'quantiles'), standard)(whole);
  for (const lag of [1, 2, 3]) {
    let sum = 0;
    for (let i = lag; i < N; i++) sum += (whole[i] as number) * (whole[i - lag] as number);
    expect(Math.abs(sum / Math.sqrt(N)), `lag ${lag}`).toBeLessThan(4);
  }
  const fill = createQuantileSource(createStream(5, 'quantiles'), standard);
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
  expect(() => createQuantileSource(createStream(1), new Float32Array(3))).toThrow('3 quantiles, not 65536');
});

const U = [1e-5, 0.001, 0.1, 0.25, 0.5, 0.9, 0.999, 1 - 1e-5];

test.each([
  [1, 1, (u: number) => u],
  [4, 1, (u: number) => u ** (1 / 4)],
  [0.2, 1, (u: number) => u ** 5],
  [1, 0.3, (u: number) => 1 - (1 - u) ** (1 / 0.3)],
  // the arcsine law
  [0.5, 0.5, (u: number) => Math.sin((Math.PI * u) / 2) ** 2],
])('the inverse of Beta(%d, %d) is the one in closed form', (a, b, expected) => {
  const f = createBetaInverse(a, b);
  for (const u of U) expect(Math.abs(f(u) - expected(u)), String(u)).toBeLessThan(1e-7 * expected(u) + 1e-12);
});

test.each([
  [2, 7],
  [0.3, 0.9],
  [0.5, 3],
  [50, 5],
  [1e5, 2e5],
  [0.01, 0.04],
])('the slices of Beta(%d, %d) over its mean have the moments of the theory', (a, b) => {
  const values = tabulateQuantiles(createBetaInverse(a, b), 1);
  const { s2, s4 = 0 } = computeNoise('beta', { a, b });
  const moment = (k: number) => values.reduce((sum, one) => sum + one ** k, 0) / SLICES;
  expect(moment(1)).toBeCloseTo(1, 7);
  expect(moment(2) / s2).toBeCloseTo(1, 4);
  expect(moment(4) / s4).toBeCloseTo(1, 3);
  expect(values.every((one, i) => one >= 0 && (i === 0 || one >= (values[i - 1] as number)))).toBe(true);
});

const GAUSSIANS = 1_000_000;

test('the numbers have the moments of a gaussian variable, within four standard errors', () => {
  const values = new Float32Array(GAUSSIANS);
  createGaussianSource(createStream(3, 'ziggurat'), 1, 0.25)(values);
  const z = Float64Array.from(values, (value) => (value - 1) * 2);
  const moment = (k: number) => z.reduce((sum, value) => sum + value ** k, 0) / GAUSSIANS;
  // E[z^2k] = 1, 3, 15, 105 …; the variance of z^k is E[z^2k] − E[z^k]²
  for (const [k, expected, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10_170],
  ] as const)
    expect(Math.abs(moment(k) - expected), `moment ${k}`).toBeLessThan(4 * Math.sqrt(variance / GAUSSIANS));
});

test('they are distributed as they should, from the middle to the tail', () => {
  const values = new Float32Array(GAUSSIANS);
  createGaussianSource(createStream(4, 'ziggurat'), 0, 1)(values);
  for (const edge of [-4, -3.6541528853610088, -3, -1, -0.2, 0, 0.2, 0.5, 1, 2, 3, 3.7, 4.2]) {
    const expected = (1 + erf(edge / Math.SQRT2)) / 2;
    const found = values.reduce((count, value) => count + (value < edge ? 1 : 0), 0) / GAUSSIANS;
    expect(Math.abs(found - expected), String(edge)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / GAUSSIANS),
    );
  }
});

test('neighbours are uncorrelated, and how the sequence is cut does not change it', () => {
  const whole = new Float32Array(100_000);
  createGaussianSource(createStream(5, 'ziggurat'), 0, 1)(whole);
  for (const lag of [1, 2, 3]) {
    let sum = 0;
    for (let i = lag; i < whole.length; i++) sum += (whole[i] as number) * (whole[i - lag] as number);
    expect(Math.abs(sum / Math.sqrt(whole.length)), `lag ${lag}`).toBeLessThan(4);
  }
  const fill = createGaussianSource(createStream(5, 'ziggurat'), 0, 1);
  const pieces = [1, 1999, 0, 3000].flatMap((length) => {
    const piece = new Float32Array(length);
    fill(piece);
    return [...piece];
  });
  expect(pieces).toEqual([...whole.subarray(0, 5000)]);
});
