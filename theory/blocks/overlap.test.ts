import { expect, test } from 'vitest';
import { drawOverlap } from '../testing/softmax-draws.ts';
import { softmaxMoments } from './softmax.ts';

/** The errors that docs/blocks.md states of T⁻¹ (T S)^(κ/ν), by tokens, variance ν of the scores, and the largest error in %. */
const stated = [
  [16, 1, 1.3],
  [64, 2, 4],
  [64, 9, 17],
] as const;

test.each(
  stated,
)('products of two rows, %d tokens, scores of variance %d: at most %d %% too small', (tokens, nu, worst) => {
  const { square } = softmaxMoments(tokens, nu);
  const product = (tokens * square) ** 0.5 / tokens;
  const { mean, error } = drawOverlap(tokens, nu, nu / 2, 2e6 / tokens, 3);
  const off = 100 * (product / mean - 1);
  expect(off).toBeLessThan(0);
  expect(off).toBeGreaterThan(-worst - (300 * error) / mean);
});
