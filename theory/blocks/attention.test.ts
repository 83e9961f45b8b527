import { describe, expect, test } from 'vitest';
import { drawOverlap } from '../testing/softmax-draws.ts';
import { compileAttention } from './attention.ts';
import { LOST } from './operations.ts';
import { joinPairs, type Pair } from './pairs.ts';
import { softmaxMoments } from './softmax.ts';

/** Covariances behind an attention whose scores have a variance of `nu`, from correlations of d and e of two passes; v and weights are 1. */
function attend(tokens: number, nu: number, d: number, e: number) {
  const pairs: Pair[] = [
    { name: 'masks', c0: d, partner: 'apart' },
    { name: 'apart', c0: e, apart: true },
    { name: 'tokens', c0: 0, within: true },
  ];
  const setting = { ...joinPairs(pairs, tokens), seen: { condensation: 0, score_variance: 0 } };
  const signal = Float64Array.from([1, 0, 1 - d, 1 - e, 1]);
  compileAttention(
    {
      ...{ op: 'attention', sigma_w2_query: 1, sigma_w2_key: 1, sigma_w2_value: 1, sigma_w2_output: 1 },
      qk_norm: nu,
    },
    setting,
  )(signal, null);
  const v = signal[0] as number;
  return { v, d: v - (signal[LOST] as number), e: v - (signal[LOST + 1] as number) };
}

/** E Σ a a′ of two rows whose scores have the covariance u nu, as the attention takes it: E′ = e + (d − e) E Σ a a′ with u = e (d − e). */
const overlap = (tokens: number, nu: number, u: number) => attend(tokens, nu, 1 + u, u).e - u;

describe('products of two rows whose scores have a negative covariance', () => {
  /** The errors that the comment of `weightsAt` states: at a variance of the scores, down to a u. */
  const stated = [
    [1, -1, 0.015],
    [2, -1, 0.08],
    [2, -0.2, 0.003],
    [4, -0.2, 0.01],
  ] as const;
  test.each(
    stated,
  )('are those of draws, at variance %d down to u = %d, within %d', (nu, lowest, tolerance) => {
    for (const tokens of [2, 8, 32, 128])
      for (const u of [lowest, lowest / 2]) {
        const { mean, error } = drawOverlap(tokens, nu, u * nu, 5e5 / tokens, 7);
        expect(Math.abs(overlap(tokens, nu, u) / mean - 1)).toBeLessThan(tolerance + (3 * error) / mean);
      }
  });

  const cases = [0.25, 1, 2, 4, 9].flatMap((nu) =>
    [2, 8, 32, 128].map((tokens): [number, number] => [nu, tokens]),
  );
  test.each(
    cases,
  )('fall from 1/T, with the exact slope, and stay positive: variance %d, %d tokens', (nu, tokens) => {
    const found = [0, -0.01, -0.1, -0.3, -0.5, -0.7, -0.9, -1].map((u) => overlap(tokens, nu, u));
    expect(found[0]).toBeCloseTo(1 / tokens, 14);
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeLessThan(found[i - 1] as number);
    expect(found.at(-1)).toBeGreaterThan(0);
    const step = 1e-4;
    const slope = (overlap(tokens, nu, 0) - overlap(tokens, nu, -step)) / (step * nu);
    const wanted = (1 - softmaxMoments(tokens, nu).square) ** 2 / (tokens - 1);
    expect(Math.abs(slope / wanted - 1)).toBeLessThan(1e-3 * (1 + nu));
  });

  test('what no two passes can have counts as their being opposed', () => {
    // (u = e (d − e) = −2)
    const { e } = attend(8, 1, 1, -1);
    expect((e + 1) / 2).toBeCloseTo(overlap(8, 1, -1), 14);
  });
});

test.each([0.3, 1, 4])('a covariance of the whole variance, and none: exact, at variance %d', (nu) => {
  const tokens = 24;
  const { square } = softmaxMoments(tokens, nu);
  expect(attend(tokens, nu, 1, 0)).toMatchObject({
    v: expect.closeTo(square, 9),
    d: expect.closeTo(square, 9),
    e: expect.closeTo(1 / tokens, 14),
  });
});

test('one token copies itself', () => {
  expect(attend(1, 1, 0.5, 0.5).v).toBe(1);
});
