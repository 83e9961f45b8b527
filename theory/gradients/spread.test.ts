import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { type DepthScales, depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { covariance, estimate, randomNetworks } from '../testing/random-network.ts';
import { dropConnectMoments, dropoutMoments } from './noise.ts';
import { pairProducts, slopeCorrelation } from './noise-floor.ts';
import { gradientSpread, gradientSpreadOfWeights, varianceMean } from './variance-mean.ts';

const { gelu, linear, relu, tanh } = ACTIVATIONS;
type Solved = DepthScales & { [name in 'q_star' | 'c_star' | 'chi_1' | 'chi_c' | 'chi_q']: number };
const solved = (activation: 'tanh' | 'relu', sigma_w2: number, sigma_b2: number, keep: number) =>
  depthScales(
    plainNetwork({
      activation,
      technique: 'bernoulli',
      mask: 'independent',
      q0: 1,
      sigma_w2,
      sigma_b2,
      keep,
    }),
  ) as Solved;
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

  test('linear 3/keep − 1, relu 6/keep − 1; with the draws equal and the masks shared nothing is left of them', () => {
    const at = (keep: number) => ({ sigma_w2: 0.8, q: 0.7, chi_q: 1, noise: dropoutMoments(keep) });
    expect(gradientSpread(linear, at(0.95)).V).toBeCloseTo(2.158, 3);
    expect(gradientSpread(linear, at(0.95)).V).toBeCloseTo(3 / 0.95 - 1, 12);
    expect(gradientSpread(relu, at(0.6)).V).toBeCloseTo(6 / 0.6 - 1, 12);
    expect(gradientSpread(linear, { ...at(0.9), noise: dropConnectMoments(0.6) }).V).toBeCloseTo(2, 12);
    const quiet = { sigma_w2: 1.5, q: 0.5, chi_q: 0.5, noise: dropoutMoments(1) };
    for (const phi of [tanh, gelu]) {
      const all = gradientSpread(phi, quiet);
      const weights = gradientSpreadOfWeights(phi, { ...quiet, c: 1, cosine: 1 });
      for (const name of ['V', 'k4', 'C', 'U', 's'] as const)
        expect(weights[name], name).toBeCloseTo(all[name], 10);
    }
    expect(() => gradientSpread(tanh, { ...quiet, chi_q: 1 })).toThrow('chi_q');
    expect(() => gradientSpreadOfWeights(tanh, { ...quiet, c: 1, cosine: 2 })).toThrow('cosine');
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

  test.each([
    ['tanh', 1.76, 0.05, 0.9],
    ['relu', 1.7, 0.05, 0.9],
  ] as const)('random networks of width 48, %s: rates, log-variance and what the weights have of it', (name, sigma_w2, sigma_b2, keep) => {
    const [width, depth, top, bottom] = [48, 9, 7, 1];
    const phi = ACTIVATIONS[name];
    const fixed = solved(name, sigma_w2, sigma_b2, keep);
    const at = settledAt(sigma_w2, fixed, keep);
    const draw = randomNetworks(
      {
        phi: phi.phi,
        derivative: phi.derivative,
        sigma_w2,
        sigma_b2,
        keep,
        width,
        depth,
        q0: fixed.q_star,
        c0: fixed.c_star,
        read_out: 'fixed',
      },
      5,
    );
    const networks = Array.from({ length: 1200 }, () => draw());
    const layers = top - bottom;
    const { V } = gradientSpread(phi, at);
    const column = (of: 'gaa' | 'gbb', l: number) => networks.map((found) => found[of][l] as number);
    // the rate of the mean, within 4 standard errors and V/N a layer, twice
    const { mean: above } = estimate(column('gaa', top));
    const growth = column('gaa', bottom).map((g) => g / above);
    const rate = estimate(growth);
    const wanted = fixed.chi_1 ** layers;
    expect(Math.abs(rate.mean - wanted) / wanted).toBeLessThan((4 * rate.error) / wanted + (2 * V) / width);
    // growth of Var(ln g) times N per layer, within 4 standard errors and 10 %
    const logs = (of: 'gaa' | 'gbb', l: number) => column(of, l).map(Math.log);
    const grown = (of: 'gaa' | 'gbb') => {
      const [low, high] = [bottom, top].map((l) => covariance(logs('gaa', l), logs(of, l)));
      return {
        mean: (width * ((low?.mean ?? 0) - (high?.mean ?? 0))) / layers,
        error: (width * Math.hypot(low?.error ?? 0, high?.error ?? 0)) / layers,
      };
    };
    const total = grown('gaa');
    expect(Math.abs(total.mean - V)).toBeLessThan(4 * total.error + 0.1 * V);
    // two draws of the masks: the gradients are aligned at the shared read-out and lose that layer by layer
    const kappa_ab = slopeCorrelation(phi, fixed.q_star, fixed.c_star);
    const factors = { chi_1: fixed.chi_1, chi_2: fixed.chi_c, kappa_ab, width };
    let shared = 0;
    for (const { K, rms } of pairProducts(factors, depth))
      if (K >= depth - top && K < depth - bottom)
        shared +=
          gradientSpreadOfWeights(phi, { ...at, c: fixed.c_star, cosine: Math.min(rms, 1) }).V / layers;
    const weights = grown('gbb');
    expect(Math.abs(weights.mean - shared)).toBeLessThan(4 * weights.error + 0.1 * shared);
    expect(weights.mean).toBeLessThan(total.mean / 2);
    // the rms of the pair against the floor, within 4 standard errors and 20 % (its own spread is not in the recursion)
    const squares = estimate(networks.map(({ gab }) => (gab[bottom] as number) ** 2));
    const { rms: expected } = pairProducts(factors, depth - bottom)[depth - bottom] as { rms: number };
    const rms = Math.sqrt(squares.mean) / fixed.chi_1 ** (depth - bottom);
    expect(Math.abs(rms / expected - 1)).toBeLessThan((2 * squares.error) / squares.mean + 0.2);
    // the signed mean of the pair: chi_c per layer, within 4 standard errors and V/N a layer, twice
    const pairs = estimate(networks.map(({ gab }) => gab[depth - 3] as number));
    const signed = fixed.chi_c ** 3;
    expect(Math.abs(pairs.mean - signed)).toBeLessThan(4 * pairs.error + (2 * V * signed) / width);
  });
});
