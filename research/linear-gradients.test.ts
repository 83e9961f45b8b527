import { describe, expect, test } from 'vitest';
import { noiseFloor, pairProducts } from '../theory/gradients/noise-floor.ts';
import { dropoutMoments, quarticNoise } from '../theory/gradients/quartics.ts';
import { wideGradients } from '../theory/gradients/wide-output.ts';
import { computeNoise } from '../theory/techniques/index.ts';
import { estimate, randomNetworks } from '../theory/testing/random-network.ts';
import { linearGradients, linearStep, publishedMetrics, wideMetrics } from './linear-gradients.ts';

const identity = { phi: (x: number) => x, derivative: () => 1 };

describe('second moments of the linear network', () => {
  test('the recursions as published here for dropout with own masks', () => {
    const [sigma_w2, keep, width] = [0.9, 0.7, 50];
    const layer = { sigma_w2, noise: dropoutMoments(keep), width };
    const { S, A, B } = linearStep({ S: 3, A: 2, B: 0.5 }, layer);
    expect(S).toBeCloseTo((sigma_w2 / keep) ** 2 * (1 + (3 / keep - 1) / width) * 3, 13);
    expect(A).toBeCloseTo((sigma_w2 / keep) ** 2 * (2 + (2 * 0.5) / width), 13);
    const own = (2 + 2 * 0.5) / (width * keep ** 2);
    expect(B).toBeCloseTo(sigma_w2 ** 2 * (own + (1 - 1 / width) * 0.5), 13);
    expect(linearStep({ S: 1, A: 1, B: 0 }, { sigma_w2: 1, noise: dropoutMoments(0.5), width: 2 })).toEqual({
      S: 14,
      A: 4,
      B: 2,
    });
  });

  test('a shared mask and no noise make the pair one input', () => {
    for (const [noise, mask] of [
      [dropoutMoments(0.6), 'shared'],
      [quarticNoise(computeNoise('gaussian', { variance: 0.5 })), 'shared'],
      [dropoutMoments(1), 'independent'],
    ] as const) {
      const rows = linearGradients(Array(20).fill({ sigma_w2: 0.9, noise, mask, width: 30 }));
      for (const { S, A, B, single, pair } of rows) {
        expect(A / S).toBeCloseTo(1, 12);
        expect(B / S).toBeCloseTo(1, 12);
        expect(pair).toBe(single);
      }
    }
  });

  test('deep down the rms of the pair follows the single input, at 1/√(N (1 − keep²)) of it', () => {
    const [keep, width] = [0.8, 400];
    const rows = linearGradients(Array(120).fill({ sigma_w2: 1, noise: dropoutMoments(keep), width }));
    const { A, B, K, pair } = rows[120] as (typeof rows)[number];
    expect((B / A) * width * (1 - keep ** 2)).toBeCloseTo(1, 1);
    const before = rows[119] as (typeof rows)[number];
    expect(B / before.B / (1 / keep) ** 2).toBeCloseTo(1, 1);
    expect(pair).toBeCloseTo(1, 12);
    const factors = { chi_1: 1 / keep, chi_c: 1, kappa_ab: 1, width };
    expect(noiseFloor(factors)).toBeCloseTo(1 / Math.sqrt(width * (1 - keep ** 2)), 14);
    // and the general recursion is this one
    const general = pairProducts(factors, 120)[K];
    expect(general?.rms).toBeCloseTo(Math.sqrt(B) * keep ** 120, 13);
    expect(general?.signed_mean).toBeCloseTo(keep ** 120, 13);
  });

  test('random networks of width 12: all within 4 standard errors, nothing assumed', () => {
    const [sigma_w2, keep, width, depth] = [0.9, 0.7, 12, 4];
    const draw = randomNetworks(
      { ...identity, sigma_w2, sigma_b2: 0, keep, width, depth, q0: 1, c0: 0.5, read_out: 'fixed' },
      7,
    );
    const networks = Array.from({ length: 12_000 }, () => draw());
    const rows = linearGradients(Array(depth).fill({ sigma_w2, noise: dropoutMoments(keep), width }));
    for (const K of [1, 2, 4]) {
      // |δ^L|² of the drawn read-out is a chi-squared number: E|δ^L|⁴ / N² = 1 + 2/N
      const top = 1 + 2 / width;
      const row = rows[K] as (typeof rows)[number];
      const l = depth - K;
      const within = (values: number[], wanted: number, name: string) => {
        const { mean, error } = estimate(values);
        expect(Math.abs(mean - wanted) / error, `${name} at K = ${K}`).toBeLessThan(4);
      };
      const of = (f: (g: (typeof networks)[number]) => number) => networks.map(f);
      within(
        of(({ gaa }) => gaa[l] as number),
        row.single,
        'single',
      );
      within(
        of(({ gab }) => gab[l] as number),
        row.pair,
        'pair',
      );
      within(
        of(({ gaa }) => (gaa[l] as number) ** 2),
        row.S * top,
        'S',
      );
      within(
        of(({ gaa, gbb }) => (gaa[l] as number) * (gbb[l] as number)),
        row.A * top,
        'A',
      );
      within(
        of(({ gab }) => (gab[l] as number) ** 2),
        row.B * top,
        'B',
      );
    }
  });

  test('what is refused', () => {
    const layer = { sigma_w2: 1, noise: dropoutMoments(1), width: 2 };
    expect(() => linearStep({ S: 1, A: 1, B: 1 }, { ...layer, width: 1.5 })).toThrow('width');
    expect(() => linearStep({ S: 1, A: 1, B: 1 }, { ...layer, sigma_w2: -1 })).toThrow('sigma_w2');
    expect(() => linearGradients([layer], 2)).toThrow('cosine');
  });
});

describe('wide quadratic output', () => {
  test('weight metrics: the published g_ab; a g_aa that begins with keep in place of 1', () => {
    for (const keep of [0.6, 0.8, 1])
      for (const K of [0, 1, 7, 60]) {
        const figure = { sigma_w2: 0.5, sigma_b2: 0.1, keep };
        const [wide, published] = [wideMetrics(figure, K), publishedMetrics(figure, K)];
        expect(wide.g_ab / published.g_ab).toBeCloseTo(1, 12);
        const a = 0.5 / keep;
        const sum = (1 - a ** (K + 1)) / (1 - a);
        expect(wide.g_aa / published.g_aa).toBeCloseTo((sum - 1 + keep) / sum, 12);
      }
    expect(publishedMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0).g_ab).toBeCloseTo(0.16, 14);
    expect(() => wideMetrics({ sigma_w2: 0.9, sigma_b2: 0.1, keep: 0.8 }, 0)).toThrow('below 1');
    expect(() => wideMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, 0.5)).toThrow('K');
  });

  test('random networks of width 80: within 4 standard errors and a bias of 3 (K + 1)/N', () => {
    const [depth, width, keep] = [3, 80, 0.8];
    for (const [sigma_w2, sigma_b2, q0, c0] of [
      [0.9, 0, 1, 0.6],
      [0.5, 0.1, 0.1 / (1 - 0.5 / keep), 0.2 / (0.1 / (1 - 0.5 / keep))],
    ] as const) {
      const noise = dropoutMoments(keep);
      const draw = randomNetworks(
        { ...identity, sigma_w2, sigma_b2, keep, width, depth, q0, c0, read_out: 'wide' },
        11,
      );
      const networks = Array.from({ length: 500 }, () => draw());
      for (const K of [0, 1, 3]) {
        const l = depth - K;
        const [q, q_ab] = sigma_b2 > 0 ? [q0, q0 * c0] : [(sigma_w2 / keep) ** l, c0 * sigma_w2 ** l];
        const wanted = wideGradients({ sigma_w2, sigma_b2, noise }, K, { q, q_ab });
        for (const [values, mean] of [
          [networks.map(({ gaa }) => gaa[l] as number), wanted.single],
          [networks.map(({ gab }) => gab[l] as number), wanted.pair],
        ] as const) {
          const found = estimate(values);
          const allowed = 4 * found.error + (3 * (K + 1) * mean) / width;
          expect(Math.abs(found.mean - mean), `K = ${K}, ${sigma_b2}`).toBeLessThan(allowed);
        }
        // at the last weights the published g_aa is 1/keep too large, far outside the errors
        if (K === 0 && sigma_b2 > 0) {
          const g_aa = estimate(networks.map(({ gaa }) => (4 * (gaa[l] as number) * q0) / keep));
          const published = publishedMetrics({ sigma_w2, sigma_b2, keep }, 0).g_aa;
          expect((published - g_aa.mean) / g_aa.error).toBeGreaterThan(10);
        }
      }
    }
  });
});
