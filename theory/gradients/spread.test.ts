import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import type { DepthScales } from '../depth-scales.ts';
import { computeNoise } from '../techniques/index.ts';
import { solve } from '../testing/solve.ts';
import { dropoutMoments, quarticNoise } from './quartics.ts';
import { gradientSpread, varianceMean } from './variance-mean.ts';

const { linear, relu, tanh } = ACTIVATIONS;
type Solved = DepthScales & { [name in 'q_star' | 'c_star' | 'chi_1' | 'chi_c' | 'chi_q']: number };
const solved = (activation: 'tanh' | 'relu', sigma_w2: number, sigma_b2: number, keep: number) =>
  solve({ activation, sigma_w2, sigma_b2, keep }) as Solved;
const settledAt = (sigma_w2: number, { q_star, chi_q }: Solved, keep: number) => ({
  sigma_w2,
  q: q_star,
  chi_q,
  noise: dropoutMoments(keep),
});

describe('spread of the single-input gradient', () => {
  test.each([
    [1.7603915, 0.05, 0.9, 4.74, 3.72],
    [2.5, 0.05, 0.9, 5.77, 4.72],
    [2.0, 0.1, 0.98, 4.47, 3.59],
    [1.5, 0.05, 1, 3.61, 2.74],
  ])('documented V and k4: tanh %d, %d, keep %d', (sigma_w2, sigma_b2, keep, V, k4) => {
    const found = gradientSpread(tanh, settledAt(sigma_w2, solved('tanh', sigma_w2, sigma_b2, keep), keep));
    expect(found.V).toBeCloseTo(V, 2);
    expect(found.k4).toBeCloseTo(k4, 2);
  });

  test('linear 3/keep − 1, relu 6/keep − 1', () => {
    const at = (keep: number) => ({ sigma_w2: 0.8, q: 0.7, chi_q: 1, noise: dropoutMoments(keep) });
    expect(gradientSpread(linear, at(0.95)).V).toBeCloseTo(2.158, 3);
    expect(gradientSpread(linear, at(0.95)).V).toBeCloseTo(3 / 0.95 - 1, 12);
    expect(gradientSpread(relu, at(0.6)).V).toBeCloseTo(6 / 0.6 - 1, 12);
    expect(
      gradientSpread(linear, { ...at(0.9), noise: quarticNoise(computeNoise('dropconnect', { keep: 0.6 })) })
        .V,
    ).toBeCloseTo(2, 12);
    const quiet = { sigma_w2: 1.5, q: 0.5, chi_q: 0.5, noise: dropoutMoments(1) };
    expect(() => gradientSpread(tanh, { ...quiet, chi_q: 1 })).toThrow('chi_q');
  });

  test('the variance–mean law: slope 2 less what the depth adds', () => {
    const slope = (K: number, chi_1: number, width = 1e9) =>
      varianceMean(5, { K, width, chi_1 }).slope as number;
    expect(slope(10, 0.9)).toBeCloseTo(2 - 1 / (10 * -Math.log(0.9)), 6);
    expect(slope(10, 1.2)).toBeCloseTo(2 + 1 / (10 * Math.log(1.2)), 6);
    expect(slope(1e5, 0.9)).toBeCloseTo(2, 3);
    expect(slope(30, 0.84)).toBeCloseTo(1.8, 1);
    expect(slope(30, 0.89)).toBeCloseTo(1.7, 1);
    expect(slope(30, 0.94)).toBeLessThan(1.5);
    expect(slope(10, 1)).toBeNull();
    const { relative_variance, typical } = varianceMean(4, { K: 50, width: 100, chi_1: 0.9, initial: 0.5 });
    expect(relative_variance).toBeCloseTo(1.5 * Math.exp(2) - 1, 12);
    expect(typical).toBeCloseTo(-(2 + Math.log(1.5)) / 2, 12);
    expect(() => varianceMean(4, { K: -1, width: 1, chi_1: 1 })).toThrow('K');
  });
});
