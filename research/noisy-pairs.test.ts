import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../theory/activations/index.ts';
import type { DepthScales } from '../theory/depth-scales.ts';
import { pairProducts, slopeCorrelation } from '../theory/gradients/noise-floor.ts';
import { dropoutMoments, pairQuartics, quarticNoise, quartics } from '../theory/gradients/quartics.ts';
import { gradientSpread } from '../theory/gradients/variance-mean.ts';
import { computeNoise } from '../theory/techniques/index.ts';
import { normalMean } from '../theory/testing/averages.ts';
import { alphaOutcomes } from '../theory/testing/noise-draws.ts';
import { covariance, estimate, randomNetworks } from '../theory/testing/random-network.ts';
import { solve } from '../theory/testing/solve.ts';
import { gradientSpreadOfWeights, noisyPairQuartics } from './noisy-pairs.ts';

test.each([
  'tanh',
  'selu',
  'sigmoid',
] as const)('%s: every outcome of the noise in turn, with independent averages', (name) => {
  const activation = ACTIVATIONS[name];
  const { phi, derivative, kinks } = activation;
  const [q, c, keep] = [1.3, 0.4, 0.7];
  const outcomes = alphaOutcomes(keep);
  const noise = quarticNoise(computeNoise('alpha', { keep }));
  const rest = Math.sqrt(q * (1 - c * c));
  const spread = [...kinks, ...kinks.map((kink) => kink / c)];
  const both = (f: (u: number) => number, g: (v: number) => number) =>
    normalMean((u) => f(u) * normalMean(g, c * u, rest, kinks), 0, Math.sqrt(q), spread, rest / c);
  for (const mask of ['independent', 'shared'] as const) {
    const two = noisyPairQuartics(quartics(activation, q), pairQuartics(activation, q, c), noise, mask);
    const pairs = outcomes.flatMap((a) =>
      mask === 'shared' ? [{ p: a.p, a, b: a }] : outcomes.map((b) => ({ p: a.p * b.p, a, b })),
    );
    const power = (i: number, j: number) =>
      pairs.reduce(
        (sum, { p, a, b }) =>
          sum +
          p *
            both(
              (u) => (a.s * phi(u) + a.t) ** i,
              (v) => (b.s * phi(v) + b.t) ** j,
            ),
        0,
      );
    expect(two.product, mask).toBeCloseTo(power(1, 1), 11);
    expect(two.squares, mask).toBeCloseTo(power(2, 2), 11);
    expect(two.cube, mask).toBeCloseTo(power(3, 1), 11);
    if (mask === 'independent')
      expect(two.mixed).toBeCloseTo(
        pairs.reduce(
          (sum, { p, a, b }) =>
            sum +
            p *
              both(
                (u) => (a.s * derivative(u)) ** 2,
                (v) => (b.s * phi(v) + b.t) ** 2,
              ),
          0,
        ),
        11,
      );
  }
});

test('noise that only multiplies, in closed form', () => {
  const { linear } = ACTIVATIONS;
  const [one, two, noise] = [quartics(linear, 1), pairQuartics(linear, 1, 1), dropoutMoments(0.5)];
  expect(noisyPairQuartics(one, two, noise, 'independent').squares).toBeCloseTo(12, 12);
  expect(noisyPairQuartics(one, two, noise, 'shared').cube).toBeCloseTo(24, 12);
});

const { gelu, tanh } = ACTIVATIONS;
type Solved = DepthScales & { [name in 'q_star' | 'c_star' | 'chi_1' | 'chi_c' | 'chi_q']: number };
const solved = (activation: 'tanh' | 'relu', sigma_w2: number, sigma_b2: number, keep: number) =>
  solve({ activation, sigma_w2, sigma_b2, keep }) as Solved;
const settledAt = (sigma_w2: number, { q_star, chi_q }: Solved, keep: number) => ({
  sigma_w2,
  q: q_star,
  chi_q,
  noise: dropoutMoments(keep),
});

test('with the draws equal and the masks shared nothing is left of them', () => {
  const quiet = { sigma_w2: 1.5, q: 0.5, chi_q: 0.5, noise: dropoutMoments(1) };
  for (const phi of [tanh, gelu]) {
    const all = gradientSpread(phi, quiet);
    const weights = gradientSpreadOfWeights(phi, { ...quiet, c: 1, cosine: 1 });
    for (const name of ['V', 'k4', 'C', 'U', 's'] as const)
      expect(weights[name], name).toBeCloseTo(all[name], 10);
  }
  expect(() => gradientSpreadOfWeights(tanh, { ...quiet, c: 1, cosine: 2 })).toThrow('cosine');
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
  const factors = { chi_1: fixed.chi_1, chi_c: fixed.chi_c, kappa_ab, width };
  let shared = 0;
  for (const { K, rms } of pairProducts(factors, depth))
    if (K >= depth - top && K < depth - bottom)
      shared += gradientSpreadOfWeights(phi, { ...at, c: fixed.c_star, cosine: Math.min(rms, 1) }).V / layers;
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
