import { describe, expect, test } from 'vitest';
import { OWN_INITS, PLAN_INITS, resolveInit, SQUARED_GAINS } from '../catalogue/inits.ts';
import { initVariances, takesGain } from '../theory/index.ts';
import { drawOrthogonalMatrix, findInit } from './inits.ts';
import { createStream } from './random/stream.ts';

const variance = (values: Float32Array) => {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
};

test.each([
  [30, 30],
  [40, 15],
  [15, 40],
  [1, 5],
])('an orthogonal matrix of %d × %d has orthonormal vectors along its shorter side', (rows, columns) => {
  const q = drawOrthogonalMatrix(createStream(1, 'q'), rows, columns);
  const at = (i: number, j: number) => q[i * columns + j] as number;
  const short = Math.min(rows, columns);
  for (let a = 0; a < short; a++)
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let k = 0; k < Math.max(rows, columns); k++)
        dot += rows >= columns ? at(k, a) * at(k, b) : at(a, k) * at(b, k);
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 12);
    }
});

test('orientations are equally likely: the trace of orthogonal matrices has mean 0 and variance 1', () => {
  // Diaconis and Shahshahani 1994: E[tr Q] = 0, E[(tr Q)²] = 1. Without the signs of R the trace leans to one side
  const traces = Array.from({ length: 2000 }, (_, i) => {
    const q = drawOrthogonalMatrix(createStream(2, 'trace', i), 5, 5);
    return [0, 1, 2, 3, 4].reduce((sum, k) => sum + (q[k * 6] as number), 0);
  });
  const mean = traces.reduce((sum, one) => sum + one, 0) / traces.length;
  const square = traces.reduce((sum, one) => sum + one * one, 0) / traces.length;
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(traces.length));
  expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / traces.length));
});

describe('weights and biases have the variances of the theory, within four standard errors', () => {
  const [fanIn, fanOut] = [300, 200];
  const close = (found: number, expected: number, count: number) =>
    // the fourth moment of a gaussian is the largest of the distributions here
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(4 * expected * Math.sqrt(2 / count));

  test.each(['gaussian', 'orthogonal'] as const)('%s with the variances of the plan', (name) => {
    const init = findInit(name, { sigma_w2: 1.7, sigma_b2: 0.3 });
    const weights = init.weights(createStream(1, 'W'), fanIn, fanOut);
    close(variance(weights), 1.7 / fanIn, weights.length);
    close(variance(init.biases(createStream(1, 'b'), fanIn, 5000)), 0.3, 5000);
  });

  const frameworks = PLAN_INITS.filter((name) => !(OWN_INITS as readonly string[]).includes(name));

  test.each(frameworks)('%s as the framework has it, with its own gain and with another', (name) => {
    const own = resolveInit(name);
    const usual = SQUARED_GAINS[own] ?? 1;
    for (const sigma_w2 of takesGain(own) ? [usual, 1.3] : [1]) {
      const shape = { fan_in: fanIn, fan_out: fanOut };
      const expected =
        sigma_w2 === usual ? initVariances(own, shape) : initVariances(own, { ...shape, sigma_w2 });
      const init = findInit(name, { sigma_w2, sigma_b2: 0 });
      const weights = init.weights(createStream(1, 'W'), fanIn, fanOut);
      close(variance(weights), expected.sigma_w2 / fanIn, weights.length);
      const biases = init.biases(createStream(1, 'b'), fanIn, fanOut);
      close(variance(biases), expected.sigma_b2, biases.length);
    }
  });
});
