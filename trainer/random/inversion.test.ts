import { expect, test } from 'vitest';
import { inversionSource } from './inversion.ts';
import { stream } from './stream.ts';

const N = 200_000;

test('the numbers are uniform: moments, and the share below some edges, within four standard errors', () => {
  const values = new Float32Array(N);
  inversionSource(stream(3, 'inversion'), (u) => u)(values);
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

test('neighbours are uncorrelated, and how the sequence is cut does not change it', () => {
  const whole = new Float32Array(N);
  inversionSource(stream(5, 'inversion'), (u) => Math.sqrt(12) * (u - 0.5))(whole);
  for (const lag of [1, 2, 3]) {
    let sum = 0;
    for (let i = lag; i < N; i++) sum += (whole[i] as number) * (whole[i - lag] as number);
    expect(Math.abs(sum / Math.sqrt(N)), `lag ${lag}`).toBeLessThan(4);
  }
  const fill = inversionSource(stream(5, 'inversion'), (u) => Math.sqrt(12) * (u - 0.5));
  const pieces = [1, 1999, 0, 3000].flatMap((length) => {
    const piece = new Float32Array(length);
    fill(piece);
    return [...piece];
  });
  expect(pieces).toEqual([...whole.subarray(0, 5000)]);
});
