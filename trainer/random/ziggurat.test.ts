import { expect, test } from 'vitest';
import { erf } from '../../theory/averages/special.ts';
import { stream } from './stream.ts';
import { gaussianSource } from './ziggurat.ts';

const N = 1_000_000;

test('the numbers have the moments of a gaussian variable, within four standard errors', () => {
  const values = new Float32Array(N);
  gaussianSource(stream(3, 'ziggurat'), 1, 0.25)(values);
  const z = Float64Array.from(values, (value) => (value - 1) * 2);
  const moment = (k: number) => z.reduce((sum, value) => sum + value ** k, 0) / N;
  // E[z^2k] = 1, 3, 15, 105 …; the variance of z^k is E[z^2k] − E[z^k]²
  for (const [k, expected, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
    [6, 15, 10_170],
  ] as const)
    expect(Math.abs(moment(k) - expected), `moment ${k}`).toBeLessThan(4 * Math.sqrt(variance / N));
});

test('they are distributed as they should, from the middle to the tail', () => {
  const values = new Float32Array(N);
  gaussianSource(stream(4, 'ziggurat'), 0, 1)(values);
  for (const edge of [-4, -3.6541528853610088, -3, -1, -0.2, 0, 0.2, 0.5, 1, 2, 3, 3.7, 4.2]) {
    const expected = (1 + erf(edge / Math.SQRT2)) / 2;
    const found = values.reduce((count, value) => count + (value < edge ? 1 : 0), 0) / N;
    expect(Math.abs(found - expected), String(edge)).toBeLessThan(
      4 * Math.sqrt((expected * (1 - expected)) / N),
    );
  }
});

test('neighbours are uncorrelated, and how the sequence is cut does not change it', () => {
  const whole = new Float32Array(100_000);
  gaussianSource(stream(5, 'ziggurat'), 0, 1)(whole);
  for (const lag of [1, 2, 3]) {
    let sum = 0;
    for (let i = lag; i < whole.length; i++) sum += (whole[i] as number) * (whole[i - lag] as number);
    expect(Math.abs(sum / Math.sqrt(whole.length)), `lag ${lag}`).toBeLessThan(4);
  }
  const fill = gaussianSource(stream(5, 'ziggurat'), 0, 1);
  const pieces = [1, 1999, 0, 3000].flatMap((length) => {
    const piece = new Float32Array(length);
    fill(piece);
    return [...piece];
  });
  expect(pieces).toEqual([...whole.subarray(0, 5000)]);
});
